//! Builds the program anew when a file that is compiled into it changes.

fn main() {
    for folder in ["../sql", "../examples/adventureworks", "../examples/starter"] {
        emit(std::path::Path::new(folder));
    }
}

/// Cargo looks at a folder's own time only, so every folder and file is named.
#[allow(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]
fn emit(path: &std::path::Path) {
    println!("cargo::rerun-if-changed={}", path.display());
    let Ok(entries) = std::fs::read_dir(path) else { return };
    for entry in entries.flatten() {
        let inner = entry.path();
        if inner.is_dir() {
            emit(&inner);
        } else {
            println!("cargo::rerun-if-changed={}", inner.display());
        }
    }
}
