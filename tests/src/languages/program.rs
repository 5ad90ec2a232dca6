//! A program that speaks in lines.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

/// How long a program may say nothing.
const SILENCE_MAX: Duration = Duration::from_secs(120);

/// Mounts a disk where nobody else sees it, and becomes a program.
const DISK: &str = r#"mount -t tmpfs -o size="$1" tmpfs "$2" && shift 2 && exec "$@""#;

/// Whether this machine lets programs have disks of their own.
pub fn has_disks() -> bool {
    let Ok(folder) = tempfile::tempdir() else { return false };
    let nothing = Program::new(Command::new("true")).with_disk(folder.path(), 1 << 20);
    nothing.run().is_ok()
}

/// A program that is to be started.
pub struct Program {
    command: Command,
}

impl Program {
    pub(super) fn new(command: Command) -> Self {
        Self { command }
    }

    /// One more argument.
    pub fn arg(mut self, argument: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// The same in a world where this folder is a disk of so many bytes.
    pub fn with_disk(self, folder: &Path, bytes: u64) -> Self {
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--mount", "sh", "-c", DISK, "sh"]);
        command.arg(bytes.to_string()).arg(folder);
        command.arg(self.command.get_program()).args(self.command.get_args());
        for (name, value) in self.command.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        Self { command }
    }

    /// Runs it to its end, which must be a good one. Returns what it said.
    pub fn run(self) -> anyhow::Result<Vec<String>> {
        self.start()?.finish()
    }

    /// Runs it to its end, which must be a bad one. Returns what it said last, its errors included.
    pub fn fail(self) -> anyhow::Result<String> {
        let mut running = self.start()?;
        let said = running.listen()?.join("\n");
        let (is_success, errors) = running.end()?;
        ensure!(!is_success, "the program ended well:\n{said}\n{errors}");
        Ok(format!("{said}\n{errors}"))
    }

    /// Starts it.
    pub fn start(mut self) -> anyhow::Result<Running> {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().with_context(|| format!("starting {:?}", self.command))?;
        let (out, mut err) = (child.stdout.take(), child.stderr.take());
        let lines = BufReader::new(out.context("it is piped")?).lines();
        let (heard, said) = channel();
        thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| heard.send(line)));
        let errors = thread::spawn(move || {
            let mut text = Vec::new();
            // What could not be read of it is left out.
            err.as_mut().map(|err| err.read_to_end(&mut text));
            String::from_utf8_lossy(&text).into_owned()
        });
        Ok(Running { child, said, so_far: Vec::new(), errors: Some(errors) })
    }
}

/// A program that runs; killed when it is dropped.
pub struct Running {
    child: Child,
    said: Receiver<String>,
    so_far: Vec<String>,
    errors: Option<JoinHandle<String>>,
}

impl Running {
    /// Listens until it has said a line that begins so, and returns that line.
    pub fn wait_for(&mut self, beginning: &str) -> anyhow::Result<String> {
        while let Some(line) = self.next_line()? {
            if line.starts_with(beginning) {
                return Ok(line);
            }
        }
        let said = self.so_far.join("\n");
        let (_, errors) = self.end()?;
        bail!("the program ended and did not say {beginning:?}:\n{said}\n{errors}")
    }

    /// What it has said so far.
    pub fn so_far(&self) -> &[String] {
        &self.so_far
    }

    /// Gives it a line.
    pub fn tell(&mut self, line: &str) -> anyhow::Result<()> {
        let stdin = self.child.stdin.as_mut().context("its input is open")?;
        writeln!(stdin, "{line}").context("the program reads no more")
    }

    /// Ends it at once, as the system does to an app.
    pub fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Waits for its end, which must be a good one. Returns what it said.
    pub fn finish(self) -> anyhow::Result<Vec<String>> {
        Ok(self.finish_with_errors()?.0)
    }

    /// The same with what it said as errors.
    pub fn finish_with_errors(mut self) -> anyhow::Result<(Vec<String>, String)> {
        let said = self.listen()?;
        let (is_success, errors) = self.end()?;
        ensure!(is_success, "the program failed:\n{}\n{errors}", said.join("\n"));
        Ok((said, errors))
    }

    fn listen(&mut self) -> anyhow::Result<Vec<String>> {
        while self.next_line()?.is_some() {}
        Ok(self.so_far.clone())
    }

    fn next_line(&mut self) -> anyhow::Result<Option<String>> {
        match self.said.recv_timeout(SILENCE_MAX) {
            Ok(line) => {
                self.so_far.push(line.clone());
                Ok(Some(line))
            }
            Err(RecvTimeoutError::Disconnected) => Ok(None),
            Err(RecvTimeoutError::Timeout) => {
                bail!("the program is stuck; it said:\n{}", self.so_far.join("\n"))
            }
        }
    }

    fn end(&mut self) -> anyhow::Result<(bool, String)> {
        drop(self.child.stdin.take());
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait()? {
                break status;
            }
            ensure!(begun.elapsed() < SILENCE_MAX, "the program does not end");
            thread::sleep(Duration::from_millis(5));
        };
        let errors = self.errors.take().and_then(|errors| errors.join().ok()).unwrap_or_default();
        Ok((status.success(), errors))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended already is what is wanted.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
