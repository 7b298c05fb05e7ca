//! Commands that make something without a project: a project, completions, the man page.

use std::path::Path;

use clap::CommandFactory;
use kernel::Fault;
use pharma::Scale;
use serde_json::json;

use crate::{
    command_line::Arguments,
    commands::Console,
    demo,
    fault::{J006, Stop},
    shipped,
};

/// `init DIR --example NAME --scale NUMBER`
///
/// # Errors
/// J006 for an unknown example, J009 if the folder is not empty, J003 if it cannot be written.
pub fn init(console: &mut Console<'_>, dir: &Path, example: &str, scale: Scale) -> Result<u8, Stop> {
    let folder = console.path(dir);
    if example == "pharma" {
        shipped::refuse_occupied(&folder)?;
        demo::make(&folder, scale)?;
    } else {
        let Some(files) = shipped::example(example)? else {
            let known: Vec<_> = shipped::EXAMPLES.iter().map(|(name, what)| format!("`{name}` ({what})")).collect();
            return Err(Fault::new(J006, format!("there is no example `{example}`"))
                .hint(format!("there are {}", known.join("; ")))
                .into());
        };
        shipped::write(&files, &folder)?;
    }
    if console.global.json {
        console.json(&json!({"folder": folder.display().to_string(), "example": example}))?;
        return Ok(0);
    }
    writeln!(console.out, "made {} from the example `{example}`", dir.display())?;
    if example == "adventureworks" {
        writeln!(console.out, "set the variable `data` in tantieme.yml to the folder of its files, then:")?;
    }
    writeln!(console.out, "\n  cd {}\n  tantieme check\n  tantieme run", dir.display())?;
    Ok(0)
}

/// `completions SHELL`
///
/// # Errors
/// If the output cannot be written.
pub fn completions(console: &mut Console<'_>, shell: clap_complete::Shell) -> Result<u8, Stop> {
    let mut made = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "tantieme", &mut made);
    console.out.write_all(&made)?;
    Ok(0)
}

/// `man [COMMAND]…`
///
/// # Errors
/// J006 if there is no such command.
pub fn man(console: &mut Console<'_>, of: &[String]) -> Result<u8, Stop> {
    let mut root = Arguments::command();
    root.build();
    let mut command = root;
    for name in of {
        let known: Vec<_> = command.get_subcommands().map(|inner| format!("`{}`", inner.get_name())).collect();
        let Some(inner) = command.find_subcommand(name) else {
            return Err(Fault::new(J006, format!("there is no command `{name}` to show a page of"))
                .hint(format!("there are {}", known.join(", ")))
                .into());
        };
        command = inner.clone();
    }
    // A page is found under the name it carries, as with git.
    let page = command.get_bin_name().unwrap_or("tantieme").replace(' ', "-");
    clap_mangen::Man::new(command).title(page).render(&mut console.out)?;
    Ok(0)
}
