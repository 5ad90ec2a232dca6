//! Makes the bindings for Kotlin, Swift and Python out of the built library: `doorstep-bindings generate --help`.

fn main() {
    uniffi::uniffi_bindgen_main();
}
