//! How large the pictures of a template may be together, wherever it comes in.

use document::{Layer, LayerContent, LayerId, Template, TemplateArchive};
use domain::{
    Problem, ProblemKind,
    render::{BatchOrder, OutputFormat},
};
use platform::access::Member;
use sqlx::Executor;
use studio::{designs, renders, templates};
use test_support::{World, picture, refused};

use crate::library::png_header;

/// How many pictures of the largest size there are: one more than a document may have.
const PICTURES: u8 = 11;

fn file(number: u8) -> Vec<u8> {
    picture(30, 20, number, &[number])
}

/// A workspace with pictures that are said to be of the largest size: a picture's row is what is known of it.
async fn with_large_pictures(world: &World) -> (Member, Template) {
    let actor = world.workspace("alpha").await;
    let mut template = Template::new("Mug", document::Size::new(300, 200).unwrap(), Vec::new());
    for number in 0..PICTURES {
        let name = format!("Picture {number}");
        let design = designs::add(&mut world.studio(), &actor.can().unwrap(), &name, world.upload(&file(number))).await;
        let image = design.unwrap().image.hash;
        template.layers.push(Layer::new(LayerId(number.into()), name, LayerContent::Photo { image }));
    }
    let mut owner = world.connect("postgres").await;
    owner.execute("update images set width = 10000, height = 10000").await.unwrap();
    (actor, template)
}

fn says_both_numbers(problem: &Problem) {
    assert_eq!((problem.kind, problem.key.as_str()), (ProblemKind::TooLarge, "template-too-many-pixels"));
    assert_eq!((problem.arguments["millions"].as_str(), problem.arguments["limit"].as_str()), ("1100", "1000"));
}

#[tokio::test]
async fn a_save_with_too_many_pixels_is_refused_and_changes_nothing() {
    let world = World::new().await;
    let (studio, (actor, large)) = (&mut world.studio(), with_large_pictures(&world).await);
    let mut allowed = large.clone();
    allowed.layers.pop();
    let id = templates::create_from(studio, &actor.can().unwrap(), &allowed).await.unwrap();
    says_both_numbers(&refused(templates::save(studio, &actor.can().unwrap(), id, &large, 1).await));
    says_both_numbers(&refused(templates::create_from(studio, &actor.can().unwrap(), &large).await));
    assert_eq!(templates::open(studio, &actor.can().unwrap(), id).await.unwrap(), (allowed.clone(), 1));

    // One picture in many layers counts once, and the work goes on from where it was.
    let again = allowed.layers[0].content.clone();
    allowed.layers.push(Layer::new(LayerId(99), "Again", again));
    assert_eq!(templates::save(studio, &actor.can().unwrap(), id, &allowed, 1).await.unwrap(), 2);
}

#[tokio::test]
async fn a_file_with_too_many_pixels_is_not_taken_in() {
    let world = World::new().await;
    let (actor, template) = with_large_pictures(&world).await;
    let images = template.images().into_iter();
    let named = |hash| (0..PICTURES).map(file).find(|file| platform::blobs::content_hash(file) == hash).unwrap();
    let images = images.map(|hash| (hash, named(hash))).collect();
    let file = world.upload(&TemplateArchive { template, images }.write().unwrap());
    let created = templates::create(&mut world.studio(), &actor.can().unwrap(), "mug.vitrine", file).await;
    says_both_numbers(&refused(created));
    assert!(templates::list(&mut world.studio(), &actor.can().unwrap(), None).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn a_file_with_too_many_pixels_is_refused_by_the_headers_of_its_pictures() {
    let world = World::new().await;
    let actor = world.workspace("alpha").await;
    let import = async |count: u8| {
        let mut template = Template::new("Mug", document::Size::new(300, 200).unwrap(), Vec::new());
        let mut images = std::collections::BTreeMap::new();
        for number in 0..count {
            // There are no pixels behind the header: the first to be decoded would be called damaged.
            let file = [png_header(10_000, 10_000), vec![number]].concat();
            let image = platform::blobs::content_hash(&file);
            template.layers.push(Layer::new(LayerId(number.into()), "Photo", LayerContent::Photo { image }));
            images.insert(image, file);
        }
        let file = world.upload(&TemplateArchive { template, images }.write().unwrap());
        refused(templates::create(&mut world.studio(), &actor.can().unwrap(), "mug.vitrine", file).await)
    };
    says_both_numbers(&import(PICTURES).await);
    assert_eq!(import(PICTURES - 1).await.key, "upload-damaged");
}

#[tokio::test]
async fn an_older_template_with_too_many_pixels_is_not_ordered() {
    let world = World::new().await;
    let (studio, (actor, large)) = (&mut world.studio(), with_large_pictures(&world).await);
    let mut owner = world.connect("postgres").await;
    owner.execute("update images set width = 30, height = 20").await.unwrap();
    let template = templates::create_from(studio, &actor.can().unwrap(), &large).await.unwrap();
    owner.execute("update images set width = 10000, height = 10000").await.unwrap();
    let designs = vec![world.design(&actor, "Fern").await];
    let order = BatchOrder { template, designs, side: 64.try_into().unwrap(), format: OutputFormat::Png };
    says_both_numbers(&refused(renders::order(studio, &actor.can().unwrap(), &order).await));
    assert!(renders::batches(studio, &actor.can().unwrap(), None).await.unwrap().items.is_empty());
}
