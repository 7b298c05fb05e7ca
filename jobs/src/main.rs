//! The program; everything it does is in the library.

fn main() -> std::process::ExitCode {
    std::process::ExitCode::from(jobs::command_line::main())
}
