//! What was measured, and how it is told.

use serde::Serialize;

/// What one phase cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PhaseFigures {
    /// Bytes from the phone to the server at the socket.
    pub up: u64,
    /// Bytes from the server to the phone at the socket.
    pub down: u64,
    /// HTTP requests.
    pub requests: u64,
    /// Seconds from opening the phone's store until the sync had ended.
    pub wall_s: f64,
    /// Seconds from opening the phone's store until the first chart could be read whole.
    pub first_chart_s: f64,
    /// The server's processor seconds.
    pub server_cpu_s: f64,
    /// The most memory that the server held.
    pub server_peak_mb: f64,
    /// The phone's processor seconds, its process's start included.
    pub client_cpu_s: f64,
    /// The most memory that the phone held.
    pub client_peak_mb: f64,
}

/// What each phase cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// An empty phone downloads the caseload.
    pub cold: PhaseFigures,
    /// It comes back with work, and the office has worked too.
    pub shift: PhaseFigures,
    /// It comes back and nothing has changed.
    pub idle: PhaseFigures,
}

/// The medians of one phase, as the bench's last line tells them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PhaseMedians {
    up: u64,
    down: u64,
    requests: u64,
    wall_s: f64,
    slow_wall_s: f64,
    first_chart_slow_s: f64,
    server_cpu_s: f64,
    server_peak_mb: f64,
    client_cpu_s: f64,
    #[serde(skip)]
    client_peak_mb: f64,
}

/// The medians of all runs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Medians {
    cold: PhaseMedians,
    shift: PhaseMedians,
    idle: PhaseMedians,
}

impl Medians {
    /// Of runs on loopback, and of runs over the slow link, at least one of each.
    pub fn of(fast: &[Figures], slow: &[Figures]) -> Self {
        let phase = |phase: fn(&Figures) -> PhaseFigures| {
            let fast = |value: fn(PhaseFigures) -> f64| median(fast.iter().map(|run| value(phase(run))));
            let slow = |value: fn(PhaseFigures) -> f64| median(slow.iter().map(|run| value(phase(run))));
            PhaseMedians {
                up: fast(|run| run.up as f64) as u64,
                down: fast(|run| run.down as f64) as u64,
                requests: fast(|run| run.requests as f64) as u64,
                wall_s: fast(|run| run.wall_s),
                slow_wall_s: slow(|run| run.wall_s),
                first_chart_slow_s: slow(|run| run.first_chart_s),
                server_cpu_s: fast(|run| run.server_cpu_s),
                server_peak_mb: fast(|run| run.server_peak_mb),
                client_cpu_s: fast(|run| run.client_cpu_s),
                client_peak_mb: fast(|run| run.client_peak_mb),
            }
        };
        Self { cold: phase(|all| all.cold), shift: phase(|all| all.shift), idle: phase(|all| all.idle) }
    }

    /// The medians as a person reads them, the targets beside them.
    pub fn table(&self) -> String {
        let mut table = format!("{:<22}{:>24}{:>24}{:>24}\n", "", "COLD", "SHIFT", "IDLE");
        for (name, value, targets) in ROWS {
            let phases = [&self.cold, &self.shift, &self.idle];
            let cells: String = phases
                .iter()
                .zip(targets)
                .map(|(phase, target)| format!("{:>24}", cell(value(phase), *target)))
                .collect();
            table.push_str(&format!("{name:<22}{cells}\n"));
        }
        table
    }
}

/// A row of the table: its name, its value, and the most that each phase may have of it.
type Row = (&'static str, fn(&PhaseMedians) -> f64, [Option<f64>; 3]);

/// The targets for this workload, HTTP headers counted, no TLS.
const ROWS: &[Row] = &[
    ("kB in all", |of| (of.up + of.down) as f64 / 1e3, [Some(640.0), None, Some(1.0)]),
    ("kB up", |of| of.up as f64 / 1e3, [None, Some(14.0), None]),
    ("kB down", |of| of.down as f64 / 1e3, [None, Some(5.5), None]),
    ("requests", |of| of.requests as f64, [Some(1.0), Some(1.0), Some(1.0)]),
    ("seconds, loopback", |of| of.wall_s, [None, None, None]),
    ("seconds, slow link", |of| of.slow_wall_s, [None, None, None]),
    ("first chart, slow link", |of| of.first_chart_slow_s, [Some(3.0), None, None]),
    ("server CPU s", |of| of.server_cpu_s, [Some(0.10), Some(0.08), Some(0.002)]),
    ("server peak MB", |of| of.server_peak_mb, [Some(60.0), Some(60.0), Some(60.0)]),
    ("phone CPU s", |of| of.client_cpu_s, [None, None, None]),
    ("phone peak MB", |of| of.client_peak_mb, [None, None, None]),
];

fn cell(value: f64, target: Option<f64>) -> String {
    let value_words = match value {
        whole if whole.fract() == 0.0 => format!("{whole}"),
        small if small < 1.0 => format!("{small:.4}"),
        value => format!("{value:.2}"),
    };
    match target {
        Some(target) if value <= target => format!("{value_words} (≤ {target})"),
        Some(target) => format!("{value_words} (MISSES {target})"),
        None => value_words,
    }
}

/// The middle value, or the lower one of the two in the middle, to a tenth of a millionth.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or(f64::NAN);
    (middle * 1e7).round() / 1e7
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(up: u64, server_cpu_s: f64) -> Figures {
        let phase = PhaseFigures {
            up,
            down: 600_000,
            requests: 1,
            wall_s: 0.5,
            first_chart_s: 0.25,
            server_cpu_s,
            server_peak_mb: 30.0,
            client_cpu_s: 0.5,
            client_peak_mb: 20.0,
        };
        Figures { cold: phase, shift: phase, idle: phase }
    }

    #[test]
    fn the_last_line_holds_the_medians_in_the_order_that_was_asked_for() {
        let fast = [figures(900, 0.3), figures(700, 0.1), figures(800, 0.2)];
        let line = serde_json::to_string(&Medians::of(&fast, &fast)).unwrap();
        let phase = "{\"up\":800,\"down\":600000,\"requests\":1,\"wall_s\":0.5,\"slow_wall_s\":0.5,\
            \"first_chart_slow_s\":0.25,\"server_cpu_s\":0.2,\"server_peak_mb\":30.0,\"client_cpu_s\":0.5}";
        assert_eq!(line, format!("{{\"cold\":{phase},\"shift\":{phase},\"idle\":{phase}}}"));
    }

    #[test]
    fn the_table_says_which_targets_are_missed() {
        let runs = [figures(800, 0.09)];
        let table = Medians::of(&runs, &runs).table();
        let cpu = table.lines().find(|line| line.starts_with("server CPU s")).unwrap();
        let words: Vec<&str> = cpu.split_whitespace().collect();
        assert_eq!(
            words[3..],
            ["0.0900", "(≤", "0.1)", "0.0900", "(MISSES", "0.08)", "0.0900", "(MISSES", "0.002)"]
        );
    }
}
