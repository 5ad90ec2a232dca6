//! A link as a phone's camera reads it.

use std::fmt::Display;

use fast_qr::convert::svg::SvgBuilder;
use fast_qr::{ECL, QRBuilder};

/// The link does not fit into a QR code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the link cannot be drawn as a QR code; give the code by itself")]
pub struct CannotDraw;

/// The link as a QR code: an SVG picture without any script.
pub fn qr_svg(link: &impl Display) -> Result<String, CannotDraw> {
    let code = QRBuilder::new(link.to_string()).ecl(ECL::M).build().map_err(|_| CannotDraw)?;
    Ok(SvgBuilder::default().to_str(&code))
}

#[cfg(test)]
mod tests {
    use doorstep_client_core::wire::EnrolmentLink;

    use super::*;

    #[test]
    fn a_link_is_drawn_also_the_longest_that_there_can_be() {
        let host = format!("https://{}", "x".repeat(250));
        for server in ["https://doorstep.example.org", &host] {
            let svg = qr_svg(&EnrolmentLink::new(server, "AB12-CD34").unwrap()).unwrap();
            assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>") && !svg.contains("script"));
        }
    }
}
