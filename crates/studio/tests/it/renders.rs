//! Batches from order to file.

use std::{io::Cursor, time::Duration};

use document::{
    Color, Figure, Layer, LayerContent, LayerId, Mask, Placement, Size, Stroke, StrokePoint, Template, geometry::Point,
};
use domain::{
    BatchId, DesignId,
    render::{BatchCounts, BatchOrder, OutputFormat, RenderState},
};
use futures::TryStreamExt;
use platform::access::Member;
use studio::{Studio, designs, renders, templates};
use test_support::{World, is_not_found, picture, refused, until};

struct Shop {
    world: World,
    actor: Member,
    designs: Vec<DesignId>,
    template: domain::TemplateId,
}

impl Shop {
    async fn new() -> Self {
        let world = World::new().await;
        let actor = world.workspace("alpha").await;
        let mut designs = Vec::new();
        for name in ["Fern", "Orbit", "Fern"] {
            designs.push(world.design(&actor, name).await);
        }
        let template = world.template(&actor, "Mug").await;
        Self { world, actor, designs, template }
    }

    fn studio(&self) -> Studio {
        self.world.studio()
    }

    async fn order(&self, format: OutputFormat) -> BatchId {
        let order = BatchOrder {
            template: self.template,
            designs: self.designs.clone(),
            side: 120.try_into().unwrap(),
            format,
        };
        renders::order(&mut self.studio(), &self.actor.can().unwrap(), &order).await.unwrap()
    }

    async fn counts(&self, batch: BatchId) -> BatchCounts {
        renders::batch(&mut self.studio(), &self.actor.can().unwrap(), batch).await.unwrap().counts
    }

    async fn work_until_settled(&self, batch: BatchId) {
        let worker = self.world.worker(2);
        until("the batch is settled", async || self.counts(batch).await.is_settled()).await;
        worker.drain(Duration::from_secs(20)).await;
    }
}

/// All of a file, as it was announced.
async fn bytes(file: renders::RenderedFile) -> Vec<u8> {
    let pieces: Vec<bytes::Bytes> = file.content.pieces.try_collect().await.unwrap();
    let whole = pieces.concat();
    assert_eq!(whole.len() as u64, file.content.bytes);
    whole
}

#[tokio::test]
async fn a_batch_becomes_files_that_are_the_render_crate_s_pixels() {
    let shop = Shop::new().await;
    let batch = shop.order(OutputFormat::Png).await;
    shop.work_until_settled(batch).await;
    assert_eq!(shop.counts(batch).await, BatchCounts { done: 3, ..BatchCounts::default() });

    let can = shop.actor.can().unwrap();
    let items = renders::items(&mut shop.studio(), &can, batch, None).await.unwrap().items;
    let file = renders::file(&mut shop.studio(), &can, items[1].id).await.unwrap();
    assert_eq!(file.name, "Orbit on Mug.png");

    let (template, _) = templates::open(&mut shop.studio(), &can, shop.template).await.unwrap();
    let pyramid = |file: &[u8]| std::sync::Arc::new(render::Pyramid::of(render::decode::decode(file).unwrap()));
    let mut sources = render::Sources::default();
    sources.images.insert(template.images()[0], pyramid(&picture(160, 120, 200, b"Mug")));
    sources.design = Some(pyramid(&picture(64, 80, 5, b"Orbit")));
    let expected = render::compose(&template, &mut sources, template.canvas.scaled_to(120)).unwrap();
    assert_eq!(render::decode::decode(&bytes(file).await).unwrap(), expected.image);
}

#[tokio::test]
async fn every_format_is_the_file_it_says() {
    let shop = Shop::new().await;
    let can = shop.actor.can().unwrap();
    for (format, begins, ending) in [
        (OutputFormat::Jpeg, b"\xff\xd8\xff".as_slice(), ".jpg"),
        (OutputFormat::Png, b"\x89PNG", ".png"),
        (OutputFormat::Webp, b"RIFF", ".webp"),
    ] {
        let batch = shop.order(format).await;
        shop.work_until_settled(batch).await;
        let items = renders::items(&mut shop.studio(), &can, batch, None).await.unwrap().items;
        let file = renders::file(&mut shop.studio(), &can, items[0].id).await.unwrap();
        assert!(file.name.ends_with(ending), "{format:?}: {}", file.name);
        let bytes = bytes(file).await;
        assert!(bytes.starts_with(begins), "{format:?}");
        let picture = render::decode::decode(&bytes).unwrap();
        assert_eq!((picture.width(), picture.height()), (120, 90));
    }
}

#[tokio::test]
async fn a_level_that_the_store_has_lost_is_made_again_for_the_render_that_reads_it() {
    let mut shop = Shop::new().await;
    let can = shop.actor.can().unwrap();
    let large = shop.world.upload(&picture(4200, 2100, 9, b"large"));
    let design = designs::add(&mut shop.studio(), &shop.actor.can().unwrap(), "Large", large).await.unwrap();
    shop.designs = vec![design.id];
    let tenant = shop.world.files.path().join(format!("blobs/tenant/{}", shop.actor.tenant()));
    let hash = design.image.hash.to_string();
    let levels = || (1..=3).map(|level| tenant.join(format!("level-{level}")).join(&hash));
    levels().for_each(|level| std::fs::remove_file(level).unwrap());
    let batch = shop.order(OutputFormat::Png).await;
    shop.work_until_settled(batch).await;
    assert_eq!(shop.counts(batch).await.done, 1);
    assert_eq!(levels().filter(|level| level.exists()).count(), 1, "the one that was read");
    assert_eq!(renders::items(&mut shop.studio(), &can, batch, None).await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn a_picture_of_too_many_layers_for_its_size_is_refused_with_both_numbers() {
    let shop = Shop::new().await;
    let (mut template, revision) =
        templates::open(&mut shop.studio(), &shop.actor.can().unwrap(), shop.template).await.unwrap();
    let top = template.layers[0].clone();
    template.layers.extend((100..320).map(|id| Layer { id: LayerId(id), ..top.clone() }));
    templates::save(&mut shop.studio(), &shop.actor.can().unwrap(), shop.template, &template, revision).await.unwrap();
    let order = |side: u32| BatchOrder {
        template: shop.template,
        designs: shop.designs.clone(),
        side: side.try_into().unwrap(),
        format: OutputFormat::Png,
    };
    let can = shop.actor.can().unwrap();
    let refused = refused(renders::order(&mut shop.studio(), &can, &order(10_000)).await);
    assert_eq!((refused.key.as_str(), refused.arguments["limit"].as_str()), ("renders-too-laborious", "10000"));
    renders::order(&mut shop.studio(), &can, &order(2_000)).await.unwrap();
}

/// A stroke of so many points, each between brushes wider than the picture.
fn winding(points: u32, hardness: i16) -> Mask {
    let at = |i: u32| Point::new(f64::from(i * 37 % 2000), f64::from(i * 53 % 2000));
    let points = (0..points).map(|i| StrokePoint::new(at(i), 1.0).unwrap()).collect();
    Mask::of(Figure::Stroke(Stroke {
        points,
        size: 5000.0.try_into().unwrap(),
        hardness: hardness.try_into().unwrap(),
    }))
}

/// A canvas of 2000 by 2000 with a colour behind the mask, and a placement.
fn masked(mask: Mask) -> Template {
    let canvas = Size::new(2000, 2000).unwrap();
    let color = Color { r: 40, g: 90, b: 160 };
    let glow = Layer { mask: Some(mask), ..Layer::new(LayerId(1), "Glow", LayerContent::Fill { color }) };
    let design = Layer::new(LayerId(2), "Design", LayerContent::Placement(Placement::centred(canvas)));
    Template::new("Winding", canvas, vec![glow, design])
}

#[tokio::test]
async fn a_mask_that_takes_too_long_is_not_saved_and_one_that_stands_opens_but_is_not_drawn() {
    let shop = Shop::new().await;
    let (studio, document) = (&mut shop.studio(), masked(winding(43_000, 50)));
    let names_the_layer = |problem: domain::Problem, key: &str| {
        assert_eq!((problem.key.as_str(), problem.arguments["layer"].as_str()), (key, "Glow"));
    };
    let saved = templates::save(studio, &shop.actor.can().unwrap(), shop.template, &document, 1).await;
    names_the_layer(refused(saved), "template-mask-too-laborious");

    let mut owner = shop.world.connect("postgres").await;
    let json = serde_json::to_value(&document).unwrap();
    let stands = sqlx::query("update templates set document = $1 where id = $2").bind(json).bind(shop.template.0);
    stands.execute(&mut owner).await.unwrap();
    let (opened, _) = templates::open(studio, &shop.actor.can().unwrap(), shop.template).await.unwrap();
    assert_eq!(opened, document);
    let small = templates::thumbnail(studio, &shop.actor.can().unwrap(), shop.template).await.unwrap();
    let small = render::decode::decode(&small).unwrap();
    assert_eq!((small.width(), small.height(), small.pixel(240, 240)), (480, 480, [0; 4]));
    let order = BatchOrder {
        template: shop.template,
        designs: shop.designs.clone(),
        side: 2000.try_into().unwrap(),
        format: OutputFormat::Png,
    };
    let ordered = renders::order(studio, &shop.actor.can().unwrap(), &order).await;
    names_the_layer(refused(ordered), "renders-mask-too-laborious");
}

#[tokio::test]
async fn a_small_picture_that_takes_long_is_made_smaller() {
    let shop = Shop::new().await;
    let (studio, document) = (&mut shop.studio(), masked(winding(900, 0)));
    templates::save(studio, &shop.actor.can().unwrap(), shop.template, &document, 1).await.unwrap();
    let small = templates::thumbnail(studio, &shop.actor.can().unwrap(), shop.template).await.unwrap();
    let small = render::decode::decode(&small).unwrap();
    assert_eq!((small.width(), small.height()), (240, 240));
    assert_ne!(small.pixel(120, 120), [0; 4]);
}

#[tokio::test]
async fn a_picture_s_turn_costs_what_its_masks_take() {
    let shop = Shop::new().await;
    let cost = async |points: u32, revision: u32| {
        let (studio, document) = (&mut shop.studio(), masked(winding(points, 0)));
        templates::save(studio, &shop.actor.can().unwrap(), shop.template, &document, revision).await.unwrap();
        let batch = shop.order(OutputFormat::Png).await;
        let mut owner = shop.world.connect("postgres").await;
        let of = sqlx::query_scalar::<_, i32>("select max(cost) from jobs where subject = $1").bind(batch.0);
        of.fetch_one(&mut owner).await.unwrap()
    };
    assert_eq!(cost(2, 1).await, 1);
    let few = cost(400, 2).await;
    assert!(few > 3, "{few}");
    assert!(cost(1_200, 3).await > 2 * few);
}

#[tokio::test]
async fn equal_pictures_are_stored_once_and_an_equal_order_makes_nothing_new() {
    let shop = Shop::new().await;
    let stored = || {
        let folder = shop.world.files.path().join(format!("blobs/tenant/{}/render", shop.actor.tenant()));
        std::fs::read_dir(folder).unwrap().count()
    };
    let first = shop.order(OutputFormat::Jpeg).await;
    shop.work_until_settled(first).await;
    assert_eq!(stored(), 2, "two of the three designs are the same file");
    let second = shop.order(OutputFormat::Jpeg).await;
    shop.work_until_settled(second).await;
    assert_eq!((shop.counts(second).await.done, stored()), (3, 2));
}

#[tokio::test]
async fn a_cancelled_batch_stays_cancelled_until_it_is_tried_again() {
    let shop = Shop::new().await;
    let batch = shop.order(OutputFormat::Png).await;
    renders::cancel(&mut shop.studio(), &shop.actor.can().unwrap(), batch).await.unwrap();
    shop.work_until_settled(batch).await;
    assert_eq!(shop.counts(batch).await, BatchCounts { cancelled: 3, ..BatchCounts::default() });
    renders::retry(&mut shop.studio(), &shop.actor.can().unwrap(), batch).await.unwrap();
    shop.work_until_settled(batch).await;
    assert_eq!(shop.counts(batch).await.done, 3);
}

#[tokio::test]
async fn a_render_whose_file_is_gone_fails_in_words_and_succeeds_once_it_is_back() {
    let shop = Shop::new().await;
    let batch = shop.order(OutputFormat::Png).await;
    let originals = shop.world.files.path().join(format!("blobs/tenant/{}/original", shop.actor.tenant()));
    let lost = platform::blobs::content_hash(&picture(64, 80, 5, b"Orbit")).to_string();
    std::fs::rename(originals.join(&lost), shop.world.files.path().join("aside")).unwrap();
    shop.work_until_settled(batch).await;
    let items = renders::items(&mut shop.studio(), &shop.actor.can().unwrap(), batch, None).await.unwrap().items;
    assert_eq!((items[1].state, items[1].failure.as_deref()), (RenderState::Failed, Some("failure-image-gone")));
    assert_eq!(shop.counts(batch).await.done, 2);

    std::fs::rename(shop.world.files.path().join("aside"), originals.join(&lost)).unwrap();
    renders::retry(&mut shop.studio(), &shop.actor.can().unwrap(), batch).await.unwrap();
    shop.work_until_settled(batch).await;
    assert_eq!(shop.counts(batch).await.done, 3);
}

#[tokio::test]
async fn later_edits_do_not_change_what_was_ordered() {
    let shop = Shop::new().await;
    let can = shop.actor.can().unwrap();
    let batch = shop.order(OutputFormat::Png).await;
    let (mut template, revision) =
        templates::open(&mut shop.studio(), &shop.actor.can().unwrap(), shop.template).await.unwrap();
    template.layers.pop();
    templates::save(&mut shop.studio(), &shop.actor.can().unwrap(), shop.template, &template, revision).await.unwrap();
    shop.work_until_settled(batch).await;
    let items = renders::items(&mut shop.studio(), &can, batch, None).await.unwrap().items;
    let first = bytes(renders::file(&mut shop.studio(), &can, items[0].id).await.unwrap()).await;
    let second = bytes(renders::file(&mut shop.studio(), &can, items[1].id).await.unwrap()).await;
    assert_ne!(first, second, "each still shows its design");
}

#[tokio::test]
async fn a_zip_holds_every_finished_picture_under_its_own_name() {
    let shop = Shop::new().await;
    let batch = shop.order(OutputFormat::Jpeg).await;
    let too_early = renders::zip(&mut shop.studio(), &shop.actor.can().unwrap(), batch).await;
    assert!(is_not_found(&too_early));
    shop.work_until_settled(batch).await;
    let zip = renders::zip(&mut shop.studio(), &shop.actor.can().unwrap(), batch).await.unwrap();
    assert_eq!(zip.name, "Mug.zip");
    let bytes = crate::whole(zip).await;
    let archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut names: Vec<_> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Fern on Mug (2).jpg", "Fern on Mug.jpg", "Orbit on Mug.jpg"]);
}

#[tokio::test]
async fn an_empty_and_an_endless_order_are_refused() {
    let shop = Shop::new().await;
    let order = |designs| BatchOrder {
        template: shop.template,
        designs,
        side: 64.try_into().unwrap(),
        format: OutputFormat::Png,
    };
    let none = renders::order(&mut shop.studio(), &shop.actor.can().unwrap(), &order(vec![])).await;
    assert_eq!(refused(none).key, "renders-no-design");
    let many = renders::order(&mut shop.studio(), &shop.actor.can().unwrap(), &order(vec![shop.designs[0]; 501])).await;
    assert_eq!(refused(many).key, "renders-too-many");
}

#[tokio::test]
async fn an_order_that_no_worker_could_make_is_refused_with_what_it_needs() {
    let shop = Shop::new().await;
    let mut small = shop.world.with_memory(64 << 20).studio();
    let order = |side: u32| BatchOrder {
        template: shop.template,
        designs: shop.designs.clone(),
        side: side.try_into().unwrap(),
        format: OutputFormat::Png,
    };
    let problem = refused(renders::order(&mut small, &shop.actor.can().unwrap(), &order(10_000)).await);
    assert_eq!((problem.key.as_str(), problem.arguments["limit"].as_str()), ("error-needs-too-much-memory", "48"));
    assert!(renders::order(&mut small, &shop.actor.can().unwrap(), &order(1000)).await.is_ok());
}
