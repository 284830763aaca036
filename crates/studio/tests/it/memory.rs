//! What fits into a server's memory is made, and what does not is refused with both numbers.

use document::ContentHash;
use domain::ProblemKind;
use platform::{Result, access::Actor};
use render::{
    Image, decode,
    encode::{WebpKind, webp},
};
use studio::{Studio, designs, images};
use test_support::{World, png_bomb, refused};

const GIGABYTE: u64 = 1 << 30;

async fn add(studio: &mut Studio, world: &World, actor: &Actor, file: &[u8]) -> Result<ContentHash> {
    let added = designs::add(studio, &actor.can().unwrap(), "Fern", world.upload(file)).await;
    Ok(added?.image.hash)
}

#[tokio::test]
async fn a_gigabyte_is_enough_for_the_largest_level_of_a_picture_of_8_000_px() {
    let world = World::new().await;
    let actor = world.workspace("alpha").await;
    let mut studio = world.with_memory(GIGABYTE).studio();
    let hash = add(&mut studio, &world, &actor, &png_bomb(8_000)).await.unwrap();

    // It takes the picture and its file at the worst, 490 MB, and half a gigabyte has 384 for one work.
    let mut small = world.with_memory(GIGABYTE / 2).studio();
    let problem = refused(images::level(&mut small, &actor.can().unwrap(), hash, 0).await.map(|level| level.bytes));
    assert_eq!((problem.kind, problem.key.as_str()), (ProblemKind::TooLarge, "error-needs-too-much-memory"));
    assert_eq!((problem.arguments["needed"].as_str(), problem.arguments["limit"].as_str()), ("493", "384"));

    let level = images::level(&mut studio, &actor.can().unwrap(), hash, 0).await.unwrap().whole().await.unwrap();
    let header = decode::header(&level).unwrap();
    assert_eq!((header.width, header.height), (8_000, 8_000));
}

#[tokio::test]
async fn a_file_whose_head_does_not_tell_takes_what_it_takes_and_no_more() {
    let world = World::new().await;
    let actor = world.workspace("alpha").await;
    let mut state = 7u32;
    let noise = Image::from_fn(800, 700, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [r, g, b, _] = state.rotate_left(9).to_be_bytes();
        [r, g, b, 255]
    });
    let file = webp(&noise, WebpKind::Lossless).unwrap();
    assert!(file.len() > 1 << 20, "its picture ends behind the head");
    let mut studio = world.with_memory(GIGABYTE / 8).studio();
    let hash = add(&mut studio, &world, &actor, &file).await.unwrap();
    let level = images::level(&mut studio, &actor.can().unwrap(), hash, 0).await.unwrap().whole().await.unwrap();
    assert_eq!(decode::decode(&level).unwrap(), noise);
    // Half of it is damaged, however much of it is looked at.
    assert_eq!(refused(add(&mut studio, &world, &actor, &file[..file.len() / 2]).await).key, "upload-damaged");
}
