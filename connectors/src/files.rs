//! Which files a contract means, whether their bytes are new, and whether they are in the encoding it says.
//!
//! A file is known by its path below the fixed part of the pattern (`Sales.csv`, or `2026/11/Sales.csv` for
//! `erp/**/Sales.csv`), so that the same delivery at another place is the same delivery.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use encoding_rs::{Encoding, UTF_8};
use globset::GlobBuilder;
use kernel::{Digest, Fault, Place, Result};

use crate::{
    contract::Contract,
    fault::{C001, C003, C005, unreadable},
    text::nearest,
};

/// One file of a delivery.
#[derive(Debug, Clone)]
pub(crate) struct SourceFile {
    pub name: String,
    pub path: PathBuf,
    pub hash: Digest,
}

/// The files the contract's pattern means, by name, each read once through for its hash and encoding.
pub(crate) fn find(contract: &Contract, project: &Path) -> Result<Vec<SourceFile>> {
    let (base, paths) = matching(&contract.path, project, &contract.file)?;
    if paths.is_empty() {
        return Err(none_found(contract, &base));
    }
    let mut files = Vec::new();
    for path in paths {
        let inner = path.strip_prefix(&base).unwrap_or(&path);
        let parts: Vec<String> =
            inner.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
        let hash = inspect(contract, &path)?;
        files.push(SourceFile { name: parts.join("/"), path, hash });
    }
    files.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(files)
}

/// Whether a path may mean more than one file.
pub(crate) fn is_pattern(part: &str) -> bool {
    part.contains(['*', '?', '[', '{'])
}

/// The folder with which a pattern begins, and the files in it that match.
fn matching(pattern: &str, project: &Path, contract: &str) -> Result<(PathBuf, Vec<PathBuf>)> {
    let whole = project.join(pattern);
    let mut base = PathBuf::new();
    let mut inner = PathBuf::new();
    for part in whole.components() {
        let text = part.as_os_str().to_string_lossy();
        if inner.as_os_str().is_empty() && !is_pattern(&text) {
            base.push(part);
        } else {
            inner.push(part);
        }
    }
    if inner.as_os_str().is_empty() {
        let folder = base.parent().map_or_else(PathBuf::new, Path::to_path_buf);
        let found = match fs::metadata(&base) {
            Ok(about) if about.is_file() => vec![base],
            Ok(_) => Vec::new(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(unreadable(&base, &error)),
        };
        return Ok((folder, found));
    }
    let matcher = GlobBuilder::new(&inner.to_string_lossy())
        .literal_separator(true)
        .build()
        .map_err(|error| {
            Fault::new(C001, format!("`{pattern}` is not a pattern of paths")).place(Place::file(contract)).cause(error)
        })?
        .compile_matcher();
    let mut found = Vec::new();
    let mut folders = vec![base.clone()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(unreadable(&folder, &error)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| unreadable(&folder, &error))?;
            let path = entry.path();
            let kind = entry.file_type().map_err(|error| unreadable(&path, &error))?;
            // A link to a folder may lead back to where it stands.
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_symlink() && path.is_dir() {
                continue;
            } else if path.strip_prefix(&base).is_ok_and(|inner| matcher.is_match(inner)) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok((base, found))
}

fn none_found(contract: &Contract, base: &Path) -> Fault {
    let fault = Fault::new(C003, format!("contract `{}`: no file `{}`", contract.table().table(), contract.path))
        .place(Place::file(&contract.file));
    let Ok(entries) = fs::read_dir(base) else {
        return fault.hint(format!(
            "the folder `{}` does not exist; correct `files.path` or the variable in it",
            base.display()
        ));
    };
    let mut names: Vec<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort();
    let wanted =
        Path::new(&contract.path).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match nearest(&wanted, names.iter().map(String::as_str)) {
        Some(near) => fault.hint(format!("did you mean `{near}`?")),
        None if names.is_empty() => fault.hint(format!("the folder `{}` is empty", base.display())),
        None => {
            names.truncate(8);
            fault.hint(format!("the folder `{}` holds {}", base.display(), names.join(", ")))
        }
    }
}

/// What the bytes of a file say of its encoding.
#[derive(Debug, Default)]
struct Looks {
    /// Sequences of several bytes that are well-formed UTF-8.
    sound: u64,
    /// Bytes that are no UTF-8.
    broken: u64,
    zeros: u64,
    bytes: u64,
}

impl Looks {
    /// Takes in a block; answers with the bytes at its end that may begin a character.
    fn take(&mut self, bytes: &[u8]) -> usize {
        self.bytes += bytes.len() as u64;
        if bytes.is_ascii() {
            self.zeros += bytes.iter().filter(|byte| **byte == 0).count() as u64;
            return 0;
        }
        let mut rest = bytes;
        loop {
            match std::str::from_utf8(rest) {
                Ok(text) => {
                    self.count(text);
                    return 0;
                }
                Err(error) => {
                    let (sound, after) = rest.split_at(error.valid_up_to());
                    self.count(std::str::from_utf8(sound).unwrap_or_default());
                    let Some(length) = error.error_len() else { return after.len() };
                    self.broken += 1;
                    rest = after.get(length..).unwrap_or_default();
                }
            }
        }
    }

    fn count(&mut self, text: &str) {
        self.sound += text.bytes().filter(|byte| byte & 0b1100_0000 == 0b1100_0000).count() as u64;
        self.zeros += text.bytes().filter(|byte| *byte == 0).count() as u64;
    }
}

fn inspect(contract: &Contract, path: &Path) -> Result<Digest> {
    let mut file = fs::File::open(path).map_err(|error| unreadable(path, &error))?;
    let mut hasher = blake3::Hasher::new();
    let mut looks = Looks::default();
    let mut block = vec![0; 256 * 1024];
    let mut held = 0;
    let mut mark = None;
    let mut is_first = true;
    loop {
        let free = block.get_mut(held..).unwrap_or_default();
        let count = match file.read(free) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(unreadable(path, &error)),
        };
        hasher.update(block.get(held..held + count).unwrap_or_default());
        let filled = held + count;
        if is_first {
            mark = Encoding::for_bom(block.get(..filled).unwrap_or_default());
            is_first = false;
        }
        held = looks.take(block.get(..filled).unwrap_or_default());
        block.copy_within(filled - held..filled, 0);
    }
    if mark.is_none() {
        suspect(contract, path, &looks)?;
    }
    Ok(Digest(*hasher.finalize().as_bytes()))
}

/// Finds a file that is, as a whole, in another encoding than its contract says; single bad bytes are a matter of rows.
fn suspect(contract: &Contract, path: &Path, looks: &Looks) -> Result<()> {
    const ENOUGH: u64 = 3;
    let declared = contract.dialect.encoding;
    let name = declared.name().to_lowercase();
    let is_wide = name.starts_with("utf-16");
    let place = Place::file(path.display().to_string());
    let shown = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if !is_wide && looks.zeros > looks.bytes / 4 {
        return Err(Fault::new(C005, format!("`{shown}` is evidently UTF-16, but the contract says `{name}`"))
            .place(place)
            .hint(format!("set `encoding: utf-16le` (or utf-16be) under `files` in {}", contract.file)));
    }
    if declared == UTF_8 && looks.broken >= ENOUGH && looks.sound == 0 {
        let words = format!("`{shown}` is not UTF-8: {} bytes are none, and no letter beyond ASCII is", looks.broken);
        return Err(Fault::new(C005, words).place(place).hint(format!(
            "old Windows programs write `encoding: windows-1252` (western) or windows-1250 (central Europe); set it under `files` in {}",
            contract.file
        )));
    }
    if declared.is_single_byte() && looks.sound >= ENOUGH && looks.broken == 0 {
        let words = format!("`{shown}` is evidently UTF-8, but the contract says `{name}`");
        return Err(Fault::new(C005, words).place(place).hint(format!(
            "set `encoding: utf-8` under `files` in {}; names would be garbled otherwise",
            contract.file
        )));
    }
    Ok(())
}
