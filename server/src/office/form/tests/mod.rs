//! Every kind as a form and in words.
