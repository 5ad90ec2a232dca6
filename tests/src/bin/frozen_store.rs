//! Freezes a store of this version for later versions to open: once for each release.

#![allow(clippy::print_stdout, reason = "it says what it made")]

fn main() -> anyhow::Result<()> {
    println!("{}", doorstep_tests::frozen::freeze()?.display());
    Ok(())
}
