//! A measure over time as SVG: pure, without fonts of the system.
//!
//! Lines and axes are plotters'; what it draws in a colour of [`Ink`] gets a class instead, so that the stylesheet decides
//! how it looks on light and dark pages and on paper. Nothing is told by colour alone: goals are dashed, bounds dotted,
//! and each has its words beside it.

use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;
use plotters::prelude::{
    ChartBuilder, Color, IntoDrawingArea, IntoFont, LineSeries, PathElement, RGBColor, SVGBackend,
};
use plotters::style::TextStyle;

/// The drawing's size in its own units.
const SIZE: (u32, u32) = (800, 240);
/// Room for the words at the right of goals and bounds.
const WORDS_WIDTH: u32 = 250;
/// The least distance between two lines of words.
const WORDS_HEIGHT: i32 = 15;
/// The part of the range of values that is left free above and below.
const MARGIN: f64 = 0.1;
const TICKS_MAX: usize = 6;
const FONT_SIZE: i32 = 15;

/// What is drawn.
pub(super) struct Plot<'a> {
    /// The drawing's DOM id.
    pub(super) id: &'a str,
    /// What it is of.
    pub(super) title: &'a str,
    /// What it shows, for whoever does not see it.
    pub(super) description: &'a str,
    /// The measurements, the oldest first.
    pub(super) points: &'a [Mark],
    /// Goals and bounds.
    pub(super) levels: &'a [Level],
    /// The visits.
    pub(super) visits: &'a [Mark],
    /// The words of a day, counted as the marks' are.
    pub(super) day: &'a dyn Fn(f64) -> String,
}

/// Something at a time.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    /// When: days since any day that is the same for all.
    pub(super) day: f64,
    /// How much; of visits nothing.
    pub(super) value: f64,
    /// What is said of it.
    pub(super) words: String,
}

/// A value that is aimed at, or a bound.
#[derive(Debug, Clone)]
pub(super) struct Level {
    pub(super) value: f64,
    pub(super) is_goal: bool,
    pub(super) words: String,
}

/// The drawing failed.
#[derive(Debug, thiserror::Error)]
#[error("the chart cannot be drawn: {0}")]
pub(super) struct PlotError(String);

/// What plotters draws with, each in a colour that stands for a class.
#[derive(Debug, Clone, Copy)]
enum Ink {
    Axis,
    Grid,
    Words,
    Line,
    Goal,
    Bound,
}

impl Ink {
    const ALL: [Self; 6] = [Self::Axis, Self::Grid, Self::Words, Self::Line, Self::Goal, Self::Bound];

    const fn color(self) -> RGBColor {
        RGBColor(1, 2, 3 + self as u8)
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Axis => "plot-axis",
            Self::Grid => "plot-grid",
            Self::Words => "plot-words",
            Self::Line => "plot-line",
            Self::Goal => "plot-goal",
            Self::Bound => "plot-bound",
        }
    }
}

#[derive(Template)]
#[template(path = "chart/plot.html")]
struct Drawn<'a> {
    plot: &'a Plot<'a>,
    width: u32,
    height: u32,
    lines: Lines,
    points: Vec<Place<'a>>,
    visits: Vec<Place<'a>>,
    words: Vec<Place<'a>>,
}

/// Where something stands in the drawing.
struct Place<'a> {
    x: i32,
    y: i32,
    words: &'a str,
}

/// What plotters drew, which is made of numbers and escaped text.
struct Lines(String);

impl fmt::Display for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Lines {}

/// The drawing.
pub(super) fn svg(plot: &Plot<'_>) -> Result<String, PlotError> {
    let mut lines = String::new();
    let (points, visits, words) = drawn(plot, &mut lines).map_err(PlotError)?;
    let inner = lines.split_once('>').map_or("", |(_, rest)| rest);
    let mut inner = inner.trim_end().trim_end_matches("</svg>").to_owned();
    for ink in Ink::ALL {
        let RGBColor(r, g, b) = ink.color();
        let color = format!("#{r:02X}{g:02X}{b:02X}");
        for attribute in ["stroke", "fill"] {
            let class = format!("class=\"{}\"", ink.class());
            inner = inner.replace(&format!("{attribute}=\"{color}\""), &class);
        }
    }
    let (width, height) = SIZE;
    let drawn = Drawn { plot, width, height, lines: Lines(inner), points, visits, words };
    drawn.render().map_err(|error| PlotError(error.to_string()))
}

type Places<'a> = (Vec<Place<'a>>, Vec<Place<'a>>, Vec<Place<'a>>);

/// Draws lines and axes; where the points, the visits and the words of goals and bounds stand.
fn drawn<'a>(plot: &'a Plot<'a>, into: &mut String) -> Result<Places<'a>, String> {
    let said = |error: &dyn fmt::Display| error.to_string();
    let (days, values) = (days(plot), values(plot));
    let area = SVGBackend::with_string(into, SIZE).into_drawing_area();
    let mut chart = ChartBuilder::on(&area)
        .margin(8)
        .margin_right(WORDS_WIDTH)
        .x_label_area_size(24)
        .y_label_area_size(44)
        .build_cartesian_2d(days.0..days.1, values.0..values.1)
        .map_err(|error| said(&error))?;
    let words = Ink::Words.color();
    let font = TextStyle::from(("sans-serif", FONT_SIZE).into_font()).color(&words);
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(RGBColor(0, 0, 0).mix(0.0))
        .bold_line_style(Ink::Grid.color())
        .axis_style(Ink::Axis.color())
        .label_style(font)
        .x_labels(ticks(days))
        .y_labels(5)
        .x_label_formatter(&|day| (plot.day)(*day))
        .draw()
        .map_err(|error| said(&error))?;
    for level in plot.levels {
        let ink = if level.is_goal { Ink::Goal } else { Ink::Bound };
        let across = vec![(days.0, level.value), (days.1, level.value)];
        chart.draw_series([PathElement::new(across, ink.color())]).map_err(|error| said(&error))?;
    }
    let line = plot.points.iter().map(|point| (point.day, point.value));
    chart
        .draw_series(LineSeries::new(line, Ink::Line.color().stroke_width(2)))
        .map_err(|error| said(&error))?;
    let place = |day: f64, value: f64, words: &'a str| {
        let (x, y) = chart.backend_coord(&(day, value));
        Place { x, y, words }
    };
    let points = plot.points.iter().map(|point| place(point.day, point.value, &point.words)).collect();
    let visits = plot.visits.iter().filter(|visit| (days.0..=days.1).contains(&visit.day));
    let visits = visits.map(|visit| place(visit.day, values.0, &visit.words)).collect();
    let words = apart(plot.levels.iter().map(|level| place(days.1, level.value, &level.words)).collect());
    drop(chart);
    area.present().map_err(|error| said(&error))?;
    Ok((points, visits, words))
}

/// Words moved so that none stands on another.
fn apart(mut words: Vec<Place<'_>>) -> Vec<Place<'_>> {
    words.sort_by_key(|word| word.y);
    for index in 1..words.len() {
        words[index].y = words[index].y.max(words[index - 1].y + WORDS_HEIGHT);
    }
    words
}

/// From which day to which, with room beside a single measurement.
fn days(plot: &Plot<'_>) -> (f64, f64) {
    let (first, last) = bounds(plot.points.iter().map(|point| point.day));
    let room = ((last - first) * 0.03).max(0.5);
    (first - room, last + room)
}

/// From which value to which.
fn values(plot: &Plot<'_>) -> (f64, f64) {
    let points = plot.points.iter().map(|point| point.value);
    let (low, high) = bounds(points.chain(plot.levels.iter().map(|level| level.value)));
    let room = ((high - low) * MARGIN).max(high.abs() * 0.01).max(0.5);
    (low - room, high + room)
}

fn bounds(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let bounds = values
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    if bounds.0.is_finite() && bounds.1.is_finite() { bounds } else { (0.0, 1.0) }
}

/// How many days get their words: no more than there are days.
fn ticks((first, last): (f64, f64)) -> usize {
    let days = (last - first).floor().clamp(1.0, TICKS_MAX as f64);
    days as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(day: f64, value: f64, words: &str) -> Mark {
        Mark { day, value, words: words.to_owned() }
    }

    fn drawn(points: &[Mark]) -> String {
        let level = |value, is_goal, words: &str| Level { value, is_goal, words: words.to_owned() };
        let plot = Plot {
            id: "measure-0",
            title: "Weight <b>",
            description: "Three measurements.",
            points,
            levels: &[level(82.0, true, "Goal: at most 82 kg"), level(81.9, false, "Alert below 81.9 kg")],
            visits: &[mark(3.0, 0.0, "Visit"), mark(99.0, 0.0, "Long after")],
            day: &|day| format!("day {}", day.floor()),
        };
        svg(&plot).unwrap()
    }

    #[test]
    fn a_measure_is_drawn_as_it_was_looked_at() {
        let points = [mark(1.0, 84.5, "84.5 kg"), mark(3.5, 83.0, "83 kg"), mark(8.0, 82.4, "82.4 kg")];
        let drawn = drawn(&points);
        let kept = include_str!("plot_looked_at.svg");
        assert!(drawn.trim() == kept.trim(), "look at it, and keep it if it is right:\n{drawn}");
    }

    #[test]
    fn what_is_said_is_escaped_and_nothing_has_a_color_or_style_of_its_own() {
        let drawn = drawn(&[mark(1.0, 1.0, "\"><script>alert(1)</script>")]);
        assert!(!drawn.contains("<script") && !drawn.contains("<b>"), "{drawn}");
        assert!(!drawn.contains("stroke=\"#") && !drawn.contains("style="), "{drawn}");
        assert!(!drawn.contains("Long after"), "a visit past the measurements is left out");
    }

    #[test]
    fn nothing_measured_and_one_measurement_and_the_same_value_again_can_be_drawn() {
        for points in [vec![], vec![mark(5.0, 0.0, "0")], vec![mark(5.0, 7.0, "7"), mark(6.0, 7.0, "7")]] {
            assert!(drawn(&points).contains("</svg>"));
        }
    }
}
