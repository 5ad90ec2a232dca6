//! documents
mod mapping;
