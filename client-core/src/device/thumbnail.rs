//! Small pictures of photographs. What is no picture, or too large a one, has none; whatever its bytes are, nothing else
//! comes of it.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, Rgb, RgbImage};

use crate::limits::{PICTURE_BYTES_MAX, PICTURE_PIXELS_MAX, THUMBNAIL_PIXELS_MAX};

const JPEG_QUALITY: u8 = 80;

/// A JPEG of at most [`THUMBNAIL_PIXELS_MAX`] a side, upright.
pub(super) fn of(bytes: &[u8]) -> Option<Vec<u8>> {
    catch_unwind(AssertUnwindSafe(|| small(bytes))).ok().flatten()
}

fn small(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(PICTURE_BYTES_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PICTURE_PIXELS_MAX || decoder.total_bytes() > PICTURE_BYTES_MAX
    {
        return None;
    }
    // A picture that does not say how it was held was held upright.
    let orientation = decoder.orientation().ok();
    let mut picture = DynamicImage::from_decoder(decoder).ok()?;
    if width > THUMBNAIL_PIXELS_MAX || height > THUMBNAIL_PIXELS_MAX {
        picture = picture.thumbnail(THUMBNAIL_PIXELS_MAX, THUMBNAIL_PIXELS_MAX);
    }
    if let Some(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    let mut jpeg = Vec::new();
    on_white(&picture).write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, JPEG_QUALITY)).ok()?;
    Some(jpeg)
}

/// A JPEG has no transparency: a signature in black on nothing is shown on paper.
fn on_white(picture: &DynamicImage) -> RgbImage {
    let picture = picture.to_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        let over = |colour: u8| {
            let (colour, alpha) = (u32::from(colour), u32::from(alpha));
            u8::try_from((colour * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
        };
        Rgb([over(red), over(green), over(blue)])
    })
}
