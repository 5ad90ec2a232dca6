//! Thumbnails, of pictures and of what pretends to be one.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, GrayImage, ImageEncoder, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

use super::files::{attachment, download, phone_with, sync};
use super::shelf::Shelf;
use super::*;
use crate::limits::{PICTURE_BYTES_MAX, PICTURE_PIXELS_MAX, THUMBNAIL_PIXELS_MAX};

const RED: Rgb<u8> = Rgb([200, 0, 0]);
const BLUE: Rgb<u8> = Rgb([0, 0, 200]);

/// Red above, blue below.
fn photo(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |_, y| if y < height / 2 { RED } else { BLUE }).into()
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A JPEG that says how the camera was held.
fn turned(picture: &DynamicImage, orientation: u8) -> Vec<u8> {
    let exif =
        [b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".as_slice(), &[orientation], &[0; 6]].concat();
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new(&mut bytes);
    encoder.set_exif_metadata(exif).unwrap();
    picture.write_with_encoder(encoder).unwrap();
    bytes
}

fn thumbnail(file: &[u8]) -> Option<DynamicImage> {
    let (phone, _, id) = phone_with(&Shelf::default(), file);
    let jpeg = phone.thumbnail(id).unwrap();
    assert_eq!(jpeg, phone.thumbnail(id).unwrap(), "what was made is kept");
    jpeg.map(|jpeg| image::load_from_memory_with_format(&jpeg, ImageFormat::Jpeg).unwrap())
}

fn is_like(thumbnail: &DynamicImage, (x, y): (u32, u32), like: Rgb<u8>) -> bool {
    let seen = thumbnail.to_rgb8().get_pixel(x, y).0;
    seen.iter().zip(like.0).all(|(seen, like)| seen.abs_diff(like) < 40)
}

#[test]
fn a_photograph_is_made_small_and_keeps_its_shape() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let small = thumbnail(&encoded(&photo(1_200, 900), format)).unwrap();
        assert_eq!((small.width(), small.height()), (THUMBNAIL_PIXELS_MAX, 192));
        assert!(is_like(&small, (10, 10), RED) && is_like(&small, (10, 180), BLUE));
    }
    for (width, shown) in
        [(THUMBNAIL_PIXELS_MAX, THUMBNAIL_PIXELS_MAX), (THUMBNAIL_PIXELS_MAX + 1, THUMBNAIL_PIXELS_MAX)]
    {
        let small = thumbnail(&encoded(&photo(width, 100), ImageFormat::Png)).unwrap();
        assert_eq!(small.width(), shown);
    }
    let small = thumbnail(&encoded(&photo(30, 20), ImageFormat::Png)).unwrap();
    assert_eq!((small.width(), small.height()), (30, 20), "it is not made larger");
}

#[test]
fn a_photograph_is_upright_however_the_camera_was_held() {
    const QUARTER_CLOCKWISE: u8 = 6;
    const HALF: u8 = 3;
    let small = thumbnail(&turned(&photo(1_200, 900), QUARTER_CLOCKWISE)).unwrap();
    assert_eq!((small.width(), small.height()), (192, THUMBNAIL_PIXELS_MAX));
    assert!(is_like(&small, (180, 10), RED) && is_like(&small, (10, 10), BLUE));
    let small = thumbnail(&turned(&photo(1_200, 900), HALF)).unwrap();
    assert!(is_like(&small, (10, 10), BLUE) && is_like(&small, (10, 180), RED));
}

#[test]
fn a_signature_on_nothing_is_shown_on_white() {
    let ink = RgbaImage::from_fn(400, 100, |x, _| if x < 200 { Rgba([0, 0, 0, 255]) } else { Rgba([0; 4]) });
    let small = thumbnail(&encoded(&ink.into(), ImageFormat::Png)).unwrap();
    assert!(is_like(&small, (20, 30), Rgb([0; 3])) && is_like(&small, (230, 30), Rgb([255; 3])));
}

#[test]
fn what_is_no_picture_or_a_hostile_one_has_none_and_stays_as_it_is() {
    let jpeg = encoded(&photo(400, 300), ImageFormat::Jpeg);
    let png = encoded(&photo(400, 300), ImageFormat::Png);
    let mut files: Vec<Vec<u8>> = vec![
        b"%PDF-1.7".to_vec(),
        b"\xff\xd8\xff".to_vec(),
        b"\x89PNG\r\n\x1a\n".to_vec(),
        b"RIFF\xff\xff\xff\xffWEBPVP8L".to_vec(),
        b"GIF89a\xff\xff\xff\xff".to_vec(),
        png[..png.len() / 2].to_vec(),
    ];
    // Every byte of the heads, changed.
    for at in 0..40 {
        for picture in [&jpeg, &png] {
            let mut mutated = picture.clone();
            mutated[at] ^= 0xff;
            files.push(mutated);
        }
    }
    let phone = Phone::new(&Shelf::default().server);
    let scope = phone.case().header.scope;
    for (number, file) in files.iter().enumerate() {
        let id = phone.attach(scope, &attachment(), file).unwrap().header.id;
        let thumbnail = phone.thumbnail(id).unwrap();
        assert!(number >= 6 || thumbnail.is_none(), "{number} is no picture");
        assert_eq!(&phone.file(id).unwrap(), file);
    }
}

#[test]
fn i14_pictures_are_decoded_up_to_the_limits_of_pixels_and_bytes_and_not_past_them() {
    let width = 10_000;
    let height = u32::try_from(PICTURE_PIXELS_MAX).unwrap() / width;
    let gray = |height| encoded(&GrayImage::new(width, height).into(), ImageFormat::Png);
    assert!(thumbnail(&gray(height)).is_some());
    assert!(thumbnail(&gray(height + 1)).is_none());

    // Sixteen bits for each of four colours: eight bytes a pixel.
    let rows = u32::try_from(PICTURE_BYTES_MAX / 8).unwrap() / 4_096;
    let deep = |height: u32| {
        let (mut bytes, row) = (Vec::new(), vec![0; 8 * 4_096 * height as usize]);
        image::codecs::png::PngEncoder::new(&mut bytes)
            .write_image(&row, 4_096, height, image::ExtendedColorType::Rgba16)
            .unwrap();
        bytes
    };
    assert!(thumbnail(&deep(rows)).is_some());
    assert!(thumbnail(&deep(rows + 1)).is_none());
}

#[test]
fn a_thumbnail_stays_when_its_file_leaves_and_is_made_of_what_was_downloaded() {
    let shelf = Shelf::default();
    let (ann, _, id) = phone_with(&shelf, &encoded(&photo(600, 400), ImageFormat::Jpeg));
    let made = ann.thumbnail(id).unwrap();
    sync(&ann, &shelf).unwrap();
    let bea = Phone::new(&shelf.server);
    sync(&bea, &shelf).unwrap();
    assert_eq!(bea.thumbnail(id).unwrap(), None);
    download(&bea, id, &shelf).unwrap();
    assert_eq!(bea.thumbnail(id).unwrap(), made);
    let scope = bea.read(id).unwrap().header.scope;
    bea.write_even_locked(|writer| {
        Ok(writer.held_files(scope)?.iter().try_for_each(|file| writer.empty_file(file.number))?)
    })
    .unwrap();
    assert_eq!(bea.file_state(id).unwrap(), FileState::NotDownloaded);
    assert_eq!(bea.thumbnail(id).unwrap(), made);
}
