//! Who we are to a cluster: read from the environment and the files that it names, never from a flag. Shows nothing of it.

use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};

use crate::engine::opensearch::address::Credentials;

/// Name of the user.
pub(super) const USER: &str = "DOSSIER_ENGINE_USER";
/// The user's password.
const PASSWORD: &str = "DOSSIER_ENGINE_PASSWORD";
/// A file whose first line is the password.
const PASSWORD_FILE: &str = "DOSSIER_ENGINE_PASSWORD_FILE";
/// A file with certificates in PEM that are trusted besides those of the system.
const CA_FILE: &str = "DOSSIER_ENGINE_CA_FILE";
/// Longest password, in bytes.
const PASSWORD_BYTES_MAX: usize = 4096;
/// Longest file of certificates, in bytes: all that a system trusts are a quarter of it.
const CA_BYTES_MAX: usize = 1 << 20;

/// Reads the credentials; `variable` gives the value of a variable of the environment. Gives with them what people should know.
pub(super) fn read(variable: &dyn Fn(&str) -> Option<OsString>) -> anyhow::Result<(Credentials, Option<String>)> {
    // Whoever writes a file of variables leaves one empty to say that there is none.
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let text = |name: &str, value: OsString| value.into_string().map_err(|_| anyhow::anyhow!("{name} is not UTF-8"));
    let (mut password, mut warning) = (None, None);
    match (set(PASSWORD), set(PASSWORD_FILE).map(PathBuf::from)) {
        (Some(_), Some(_)) => bail!("{PASSWORD} and {PASSWORD_FILE} are both set; keep one of them"),
        (Some(value), None) => password = Some(text(PASSWORD, value)?),
        (None, Some(file)) => {
            warning = exposed(&file);
            password = Some(password_in(&file)?);
        }
        (None, None) => {}
    }
    let user = set(USER).map(|value| text(USER, value)).transpose()?;
    let user = match (user, password) {
        (Some(user), Some(password)) => Some((user, password)),
        (Some(_), None) => bail!("{USER} is set without a password; set {PASSWORD_FILE} or {PASSWORD} as well"),
        (None, Some(_)) => bail!("there is a password without a user; set {USER} as well"),
        (None, None) => None,
    };
    let authority = set(CA_FILE).map(PathBuf::from).map(|file| certificates_in(&file)).transpose()?;
    Ok((Credentials { user, authority }, warning))
}

fn password_in(file: &Path) -> anyhow::Result<String> {
    let bytes = contents(PASSWORD_FILE, file, PASSWORD_BYTES_MAX)?;
    let text =
        String::from_utf8(bytes).map_err(|_| anyhow::anyhow!("{} of {PASSWORD_FILE} is not UTF-8", file.display()))?;
    let first = text.lines().next().unwrap_or_default();
    ensure!(!first.is_empty(), "{} of {PASSWORD_FILE} has no password in its first line", file.display());
    Ok(first.to_owned())
}

fn certificates_in(file: &Path) -> anyhow::Result<Vec<u8>> {
    let bytes = contents(CA_FILE, file, CA_BYTES_MAX)?;
    let begins = b"-----BEGIN CERTIFICATE-----";
    let is_pem = bytes.windows(begins.len()).any(|part| part == begins);
    ensure!(is_pem, "{} of {CA_FILE} holds no certificate in PEM", file.display());
    Ok(bytes)
}

fn contents(variable: &str, file: &Path, bytes_max: usize) -> anyhow::Result<Vec<u8>> {
    let failed = || format!("cannot read {}, which {variable} names", file.display());
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(file).with_context(failed)?;
    opened.take(bytes_max as u64 + 1).read_to_end(&mut bytes).with_context(failed)?;
    ensure!(bytes.len() <= bytes_max, "{} of {variable} has more than {bytes_max} bytes", file.display());
    Ok(bytes)
}

/// Says so where others may read the password too.
fn exposed(file: &Path) -> Option<String> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(file).ok()?.permissions().mode();
        (mode & 0o044 != 0)
            .then(|| format!("warning: others may read the password in {0}: `chmod 600 {0}` keeps it", file.display()))
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> anyhow::Result<(Credentials, Option<String>)> {
        let found = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into());
        read(&found)
    }

    #[test]
    fn name_and_password_come_together_and_from_one_place() {
        assert_eq!(of(&[]).unwrap().0, Credentials::default());
        assert_eq!(of(&[(USER, ""), (PASSWORD, "")]).unwrap().0, Credentials::default());
        let both = of(&[(USER, "desk"), (PASSWORD, "s p")]).unwrap().0;
        assert_eq!(both.user, Some(("desk".to_owned(), "s p".to_owned())));
        for (variables, told) in [
            (&[(USER, "desk")][..], "without a password"),
            (&[(PASSWORD, "secret")], "without a user"),
            (&[(USER, "desk"), (PASSWORD, "secret"), (PASSWORD_FILE, "p")], "both set"),
            (&[(USER, "desk"), (PASSWORD_FILE, "/nowhere/p")], "/nowhere/p"),
            (&[(CA_FILE, "/nowhere/ca")], "/nowhere/ca"),
        ] {
            let error = format!("{:#}", of(variables).unwrap_err());
            assert!(error.contains(told) && !error.contains("secret"), "{variables:?}: {error}");
        }
    }

    #[test]
    fn a_file_gives_its_first_line_and_a_file_of_certificates_must_hold_some() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str, text: &str| {
            let file = folder.path().join(name);
            std::fs::write(&file, text).unwrap();
            file.display().to_string()
        };
        let password = place("password", "pass word\r\nremark\n");
        let found = of(&[(USER, "desk"), (PASSWORD_FILE, &password)]).unwrap();
        assert_eq!(found.0.user.unwrap().1, "pass word");
        #[cfg(unix)]
        assert!(found.1.unwrap().contains("chmod 600"));
        let empty = place("empty", "\n");
        assert!(of(&[(USER, "desk"), (PASSWORD_FILE, &empty)]).unwrap_err().to_string().contains("no password"));
        assert!(of(&[(CA_FILE, &password)]).unwrap_err().to_string().contains("no certificate"));
        let certificate = place("ca.pem", "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n");
        assert!(of(&[(CA_FILE, &certificate)]).unwrap().0.authority.is_some());
    }
}
