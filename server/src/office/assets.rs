//! The pages' stylesheet, script and icon: part of the program, under names that change with what they hold, so that
//! browsers may keep them.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::http::Problem;

/// Where they are.
const FOLDER: &str = "/office/assets/";
/// A year.
const KEPT: &str = "public, max-age=31536000, immutable";

/// What browsers load with every page.
pub struct Assets {
    /// The stylesheet's address.
    pub style: String,
    /// The script's address.
    pub script: String,
    /// The icon's address.
    pub icon: String,
}

/// Their addresses.
pub static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    let address = |asset: &Asset| format!("{FOLDER}{}", asset.name());
    Assets { style: address(&STYLE), script: address(&SCRIPT), icon: address(&ICON) }
});

struct Asset {
    stem: &'static str,
    ending: &'static str,
    media_type: &'static str,
    text: &'static str,
}

const STYLE: Asset = Asset {
    stem: "office",
    ending: "css",
    media_type: "text/css; charset=utf-8",
    text: include_str!("../../assets/office.css"),
};
const SCRIPT: Asset = Asset {
    stem: "office",
    ending: "js",
    media_type: "text/javascript; charset=utf-8",
    text: include_str!("../../assets/office.js"),
};
const ICON: Asset = Asset {
    stem: "icon",
    ending: "svg",
    media_type: "image/svg+xml",
    text: include_str!("../../assets/icon.svg"),
};

impl Asset {
    fn name(&self) -> String {
        let hash = HEXLOWER.encode(&Sha256::digest(self.text.as_bytes())[..6]);
        format!("{}.{hash}.{}", self.stem, self.ending)
    }
}

/// The stylesheet, the script or the icon.
#[utoipa::path(
    get,
    path = "/office/assets/{name}",
    params(("name" = String, Path, description = "Its name")),
    security(()),
    responses((status = 200, description = "The file"), (status = 404, description = "There is none of this name")),
)]
pub async fn show(Path(name): Path<String>) -> Response {
    match [STYLE, SCRIPT, ICON].into_iter().find(|asset| asset.name() == name) {
        Some(asset) => {
            ([(CONTENT_TYPE, asset.media_type), (CACHE_CONTROL, KEPT)], asset.text).into_response()
        }
        None => Problem::not_found("file").into_response(),
    }
}
