//! Real processes: the `doorstep` command as a server, what it costs, and its end.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use anyhow::{Context, bail, ensure};
use doorstep_server::config::TlsFiles;
use nix::sys::signal::{Signal, kill};
use nix::time::{clock_getcpuclockid, clock_gettime};
use nix::unistd::Pid;

const START_TIMEOUT: Duration = Duration::from_secs(20);
const STOP_TIMEOUT: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(5);

/// A running `doorstep serve`; killed when it is dropped.
pub struct ServerProcess {
    child: Child,
    address: SocketAddr,
    is_tls: bool,
}

impl ServerProcess {
    /// Starts the command at `binary` on a data folder and a free port, and waits until it answers.
    pub fn start(binary: &Path, data: &Path) -> anyhow::Result<Self> {
        Self::start_by(binary, data, None)
    }

    /// The same, by TLS.
    pub fn start_by_tls(binary: &Path, data: &Path, files: &TlsFiles) -> anyhow::Result<Self> {
        Self::start_by(binary, data, Some(files))
    }

    fn start_by(binary: &Path, data: &Path, tls: Option<&TlsFiles>) -> anyhow::Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut command = Command::new(binary);
        command
            .arg("--data")
            .arg(data)
            .args(["serve", "--listen", &address.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::OpenOptions::new().create(true).append(true).open(data.with_extension("log"))?);
        if let Some(files) = tls {
            command.arg("--tls-certificate").arg(&files.certificate).arg("--tls-key").arg(&files.key);
        }
        let child = command.spawn().with_context(|| format!("starting {}", binary.display()))?;
        let mut server = Self { child, address, is_tls: tls.is_some() };
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            if let Some(status) = server.child.try_wait()? {
                bail!(
                    "the server ended with {status}; it says why in {}",
                    data.with_extension("log").display()
                );
            }
            ensure!(begun.elapsed() < START_TIMEOUT, "the server does not answer on {address}");
            thread::sleep(POLL);
        }
        Ok(server)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its address for a phone.
    pub fn url(&self) -> String {
        format!("{}://{}", if self.is_tls { "https" } else { "http" }, self.address)
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end and waits for it.
    pub fn stop(mut self) -> anyhow::Result<()> {
        kill(nix_pid(self.child.id())?, Signal::SIGTERM)?;
        let begun = Instant::now();
        while self.child.try_wait()?.is_none() {
            ensure!(begun.elapsed() < STOP_TIMEOUT, "the server does not end when it is asked to");
            thread::sleep(POLL);
        }
        Ok(())
    }

    /// Ends it at once, as a power cut would.
    pub fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // One that has ended already is what is wanted.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Builds the `doorstep` command in the profile of this program, unless it is built, and says where it is.
pub fn server_binary() -> anyhow::Result<PathBuf> {
    let own = env::current_exe()?;
    let folder = own.parent().context("this program is in no folder")?;
    let folder = if folder.ends_with("deps") { folder.parent().context("no target folder")? } else { folder };
    let mut build = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // The whole workspace's features, as its tests are built with: another choice would build everything once more.
    build.args(["build", "--quiet", "--workspace", "--bin", "doorstep"]);
    // What cargo told this program of its own package would make build scripts run again.
    for (name, _) in env::vars_os() {
        let told = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_CRATE_"].iter().any(|prefix| told.starts_with(prefix)) {
            build.env_remove(&name);
        }
    }
    build.arg("--target-dir").arg(folder.parent().context("no target folder")?);
    if folder.ends_with("release") {
        build.arg("--release");
    }
    let status = build.current_dir(env!("CARGO_MANIFEST_DIR")).stdout(Stdio::null()).status()?;
    ensure!(status.success(), "the doorstep command cannot be built");
    Ok(folder.join("doorstep"))
}

/// The processor time that a process has used, in seconds, threads that have ended included.
pub fn cpu_s(pid: u32) -> anyhow::Result<f64> {
    let used = clock_gettime(clock_getcpuclockid(nix_pid(pid)?)?)?;
    Ok(Duration::from(used).as_secs_f64())
}

/// The most memory that a process has held, in megabytes of 1,000,000 bytes.
pub fn peak_mb(pid: u32) -> anyhow::Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    let kib: f64 = peak.trim().trim_end_matches(" kB").parse()?;
    Ok(kib * 1_024.0 / 1e6)
}

fn nix_pid(pid: u32) -> anyhow::Result<Pid> {
    Ok(Pid::from_raw(i32::try_from(pid).context("not a process id")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_works_uses_processor_time_and_memory() {
        let pid = std::process::id();
        let before = cpu_s(pid).unwrap();
        let mut sum = 0u64;
        while cpu_s(pid).unwrap() - before < 0.005 {
            sum = std::hint::black_box(sum.wrapping_mul(31).wrapping_add(7));
        }
        assert!(peak_mb(pid).unwrap() > 0.5);
    }
}
