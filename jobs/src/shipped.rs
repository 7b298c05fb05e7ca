//! What is compiled into the program: our SQL models, and projects to begin from.

use std::path::Path;

use include_dir::{Dir, DirEntry, include_dir};
use kernel::{Fault, Result};

use crate::fault::{J004, J009, on_file};

static SQL: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../sql");
static ADVENTUREWORKS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../examples/adventureworks");
static STARTER: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../examples/starter");

/// The names that `init --example` knows, each with what it shows.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("starter", "one team, one file of sales, one plan: to begin a project of your own"),
    ("pharma", "a pharma company with generated sources, as `tantieme demo` makes it; `--scale` says how large"),
    ("adventureworks", "an ERP with quotas; set the variable `data` to the folder of its files"),
];

/// A text file that is compiled in: its path below the folder, and its text.
pub struct Shipped {
    /// `credits/credits.sql`
    pub path: String,
    /// The whole text.
    pub text: &'static str,
}

/// Every file of our `sql/`, sorted by path.
///
/// # Errors
/// J004 if one is not UTF-8, which a test prevents.
pub fn sql() -> Result<Vec<Shipped>> {
    texts(&SQL)
}

/// The files of an example that is a plain folder; `pharma` is generated and so not among them.
///
/// # Errors
/// J004 if one is not UTF-8.
pub fn example(name: &str) -> Result<Option<Vec<Shipped>>> {
    match name {
        "starter" => texts(&STARTER).map(Some),
        "adventureworks" => texts(&ADVENTUREWORKS).map(Some),
        _ => Ok(None),
    }
}

fn texts(folder: &'static Dir<'static>) -> Result<Vec<Shipped>> {
    let mut found = Vec::new();
    let mut waiting = vec![folder];
    while let Some(folder) = waiting.pop() {
        for entry in folder.entries() {
            match entry {
                DirEntry::Dir(inner) => waiting.push(inner),
                DirEntry::File(file) => {
                    let path = file.path().to_string_lossy().replace('\\', "/");
                    let text = file
                        .contents_utf8()
                        .ok_or_else(|| Fault::new(J004, format!("the built-in file `{path}` is not UTF-8 text")))?;
                    found.push(Shipped { path, text });
                }
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// Writes the files of an example into a folder that is new or empty.
///
/// # Errors
/// J009 if the folder holds anything, J003 if it cannot be written.
pub fn write(files: &[Shipped], folder: &Path) -> Result<()> {
    refuse_occupied(folder)?;
    for file in files {
        let path = folder.join(&file.path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(|error| on_file("made", parent, &error))?;
        }
        std::fs::write(&path, file.text).map_err(|error| on_file("written", &path, &error))?;
    }
    Ok(())
}

/// # Errors
/// J009 if the folder exists and is not empty.
pub fn refuse_occupied(folder: &Path) -> Result<()> {
    match std::fs::read_dir(folder) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(Fault::new(J009, format!("`{}` is there already and not empty", folder.display()))
                .hint("name a folder that does not exist yet; nothing was written")),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(on_file("read", folder, &error)),
    }
}
