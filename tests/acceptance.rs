//! The main job under `cargo test`: the features of every stack of `stackproof.toml`.

fn main() -> std::process::ExitCode {
    stackproof::harness::main()
}
