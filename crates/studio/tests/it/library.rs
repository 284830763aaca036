//! Designs and templates, and what is not taken in.

use document::{BlendMode, ContentHash, LayerId, Template};
use domain::{ProblemKind, SaveId, design::UPLOAD_BYTES_MAX, template::Save};
use platform::ServiceError;
use studio::{
    demo, designs,
    images::{self, Upload},
    templates,
};
use test_support::{World, is_not_found, picture, png_bomb, refused};
use uuid::Uuid;

/// A PNG's first bytes with any size written into them, and a right checksum.
pub fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut chunk = b"IHDR".to_vec();
    chunk.extend(width.to_be_bytes());
    chunk.extend(height.to_be_bytes());
    chunk.extend([8, 6, 0, 0, 0]);
    let crc = chunk.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    });
    let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    file.extend(chunk);
    file.extend((!crc).to_be_bytes());
    file
}

#[tokio::test]
async fn files_that_are_no_pictures_are_refused_with_the_reason_and_leave_nothing() {
    let world = World::new().await;
    let actor = world.workspace("alpha").await;
    let whole = picture(300, 200, 9, b"whole");
    let jpeg =
        render::encode::jpeg(&render::decode::decode(&whole).unwrap(), render::encode::Jpeg::of_quality(90)).unwrap();
    let cases: [(&str, &[u8], &str); 8] = [
        ("nothing.png", b"", "upload-empty"),
        ("program.png", b"MZ\x90\0\x03\0\0\0 this program cannot be run in DOS mode", "upload-not-an-image"),
        ("script.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "upload-foreign"),
        ("phone.jpg", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "upload-heic"),
        ("cut.png", &whole[..whole.len() / 2], "upload-damaged"),
        ("cut.jpg", &jpeg[..jpeg.len() / 2], "upload-damaged"),
        ("bomb.png", &png_bomb(30_000), "upload-too-many-pixels"),
        ("head.png", &png_header(200, 200), "upload-damaged"),
    ];
    for (name, bytes, key) in cases {
        let added = designs::add(&mut world.studio(), &actor.can().unwrap(), name, world.upload(bytes)).await;
        let problem = refused(added);
        assert_eq!((problem.key.as_str(), problem.field.as_deref()), (key, Some("file")), "{name}");
    }
    assert!(designs::list(&mut world.studio(), &actor.can().unwrap(), None).await.unwrap().items.is_empty());
    let stored = std::fs::read_dir(world.files.path().join("blobs")).unwrap().count();
    assert_eq!(stored, 0, "files of refused uploads");
}

#[tokio::test]
async fn more_bytes_than_allowed_are_refused_whatever_was_announced() {
    let folder = tempfile::tempdir().unwrap();
    let announced = Upload::begin(folder.path(), Some(UPLOAD_BYTES_MAX + 1));
    assert!(matches!(announced, Err(ServiceError::Refused(problem)) if problem.kind == ProblemKind::TooLarge));

    let mut upload = Upload::begin(folder.path(), Some(10)).unwrap();
    let megabyte = vec![0; 1 << 20];
    for _ in 0..UPLOAD_BYTES_MAX >> 20 {
        upload.write(&megabyte).unwrap();
    }
    assert!(matches!(upload.write(b"x"), Err(ServiceError::Refused(problem)) if problem.key == "upload-too-large"));
    drop(upload);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "temporary files");
}

#[tokio::test]
async fn the_same_file_twice_is_two_designs_and_one_image() {
    let world = World::new().await;
    let actor = world.workspace("alpha").await;
    let file = picture(900, 700, 1, b"same");
    for name in ["first.png", "second.png"] {
        designs::add(&mut world.studio(), &actor.can().unwrap(), name, world.upload(&file)).await.unwrap();
    }
    let list = designs::list(&mut world.studio(), &actor.can().unwrap(), None).await.unwrap().items;
    assert_eq!(list.iter().map(|design| design.name.as_str()).collect::<Vec<_>>(), ["second", "first"]);
    assert_eq!(list[0].image, list[1].image);
    let originals = world.files.path().join(format!("blobs/tenant/{}/original", actor.tenant()));
    assert_eq!(std::fs::read_dir(originals).unwrap().count(), 1);
}

#[tokio::test]
async fn levels_are_the_pyramid_s_own_pixels() {
    let world = World::new().await;
    let actor = world.workspace("alpha").await;
    let file = picture(1300, 1100, 40, b"levels");
    let design = designs::add(&mut world.studio(), &actor.can().unwrap(), "d.png", world.upload(&file)).await.unwrap();
    let pyramid = render::Pyramid::of(render::decode::decode(&file).unwrap());
    for level in [0, 1] {
        let png = images::level(&mut world.studio(), &actor.can().unwrap(), design.image.hash, level)
            .await
            .unwrap()
            .whole()
            .await
            .unwrap();
        assert_eq!(&render::decode::decode(&png).unwrap(), pyramid.nearest(level).1, "level {level}");
    }
    let missing = images::level(&mut world.studio(), &actor.can().unwrap(), design.image.hash, 2).await;
    assert!(is_not_found(&missing));
}

#[tokio::test]
async fn a_design_goes_to_the_trash_and_comes_back() {
    let world = World::new().await;
    let actor = world.workspace("alpha").await;
    let id = world.design(&actor, "Fern").await;
    let count = async || designs::list(&mut world.studio(), &actor.can().unwrap(), None).await.unwrap().items.len();
    designs::shelve(&mut world.studio(), &actor.can().unwrap(), id, designs::Shelf::Trash).await.unwrap();
    assert_eq!(count().await, 0);
    let again = designs::shelve(&mut world.studio(), &actor.can().unwrap(), id, designs::Shelf::Trash).await;
    assert!(is_not_found(&again));
    designs::shelve(&mut world.studio(), &actor.can().unwrap(), id, designs::Shelf::Library).await.unwrap();
    assert_eq!(count().await, 1);
}

#[tokio::test]
async fn the_second_of_two_saves_from_one_revision_is_a_conflict_and_loses_nothing() {
    let world = World::new().await;
    let (studio, actor) = (&mut world.studio(), world.workspace("alpha").await);
    let id = world.template(&actor, "Mug").await;
    let (mut mine, revision) = templates::open(studio, &actor.can().unwrap(), id).await.unwrap();
    let theirs = mine.clone();
    mine.layer_mut(LayerId(2)).unwrap().blend = BlendMode::Multiply;
    let saved = templates::save(studio, &actor.can().unwrap(), id, &mine, revision).await.unwrap();
    assert_eq!(saved, revision + 1);
    let problem = refused(templates::save(studio, &actor.can().unwrap(), id, &theirs, revision).await);
    assert_eq!((problem.kind, problem.key.as_str()), (ProblemKind::Conflict, "template-changed-elsewhere"));
    assert_eq!(templates::open(studio, &actor.can().unwrap(), id).await.unwrap(), (mine, saved));
}

#[tokio::test]
async fn a_save_whose_answer_was_lost_answers_again_as_the_first_time() {
    let world = World::new().await;
    let (studio, actor) = (&mut world.studio(), world.workspace("alpha").await);
    let id = world.template(&actor, "Mug").await;
    let (template, revision) = templates::open(studio, &actor.can().unwrap(), id).await.unwrap();
    let named = |name: &str| Template { name: name.into(), ..template.clone() };
    let save = |name: &str, save: &Save| {
        let (template, save, can) = (named(name), save.clone(), actor.can().unwrap());
        let mut studio = world.studio();
        async move { templates::save(&mut studio, &can, id, &template, save).await }
    };
    let first = Save { revision, id: Some(SaveId(Uuid::now_v7())), unanswered: Vec::new() };
    let once = save("Cup", &first).await.unwrap();
    assert_eq!(once, revision + 1);
    assert_eq!(save("Cup", &first).await.unwrap(), once, "the answer was lost, so it is asked for again");
    // The page has gone on without the answer: its next save follows on its own one.
    let second = Save { revision, id: Some(SaveId(Uuid::now_v7())), unanswered: first.id.into_iter().collect() };
    let twice = save("Beaker", &second).await.unwrap();
    assert_eq!(twice, once + 1);
    // Somebody else has saved since: the repeated one still answers, and changes nothing.
    let theirs = save("Theirs", &twice.into()).await.unwrap();
    assert_eq!(save("Beaker", &second).await.unwrap(), twice);
    let third =
        Save { revision, id: Some(SaveId(Uuid::now_v7())), unanswered: vec![first.id.unwrap(), second.id.unwrap()] };
    assert_eq!(refused(save("Mine", &third).await).kind, ProblemKind::Conflict);
    let (now, revision) = templates::open(studio, &actor.can().unwrap(), id).await.unwrap();
    assert_eq!((now.name.as_str(), revision), ("Theirs", theirs));
}

#[tokio::test]
async fn one_save_sent_many_times_at_once_is_one() {
    let world = World::new().await;
    let (studio, actor) = (&mut world.studio(), world.workspace("alpha").await);
    let id = world.template(&actor, "Mug").await;
    let (template, revision) = templates::open(studio, &actor.can().unwrap(), id).await.unwrap();
    let save = Save { revision, id: Some(SaveId(Uuid::now_v7())), unanswered: Vec::new() };
    let can = actor.can().unwrap();
    let send = async || templates::save(&mut world.studio(), &can, id, &template, save.clone()).await;
    let sends = (0..8).map(|_| send());
    for made in futures::future::join_all(sends).await {
        assert_eq!(made.unwrap(), revision + 1);
    }
}

#[tokio::test]
async fn the_demonstration_set_asked_for_twice_comes_once() {
    let world = World::new().await;
    let (studio, actor) = (&mut world.studio(), world.workspace("alpha").await);
    let can = actor.in_person().unwrap();
    let ask = async || demo::request(&mut world.studio(), &can).await;
    let asked = (0..6).map(|_| ask());
    for asked in futures::future::join_all(asked).await {
        asked.unwrap();
    }
    let mut owner = world.connect("vitrine_owner").await;
    let jobs: i64 =
        sqlx::query_scalar("select count(*) from jobs where kind = 'demo'").fetch_one(&mut owner).await.unwrap();
    assert_eq!(jobs, 1);
    // Two processes that fill at once, as when a lease has ended under a worker that is still at it.
    let (mut first, mut second) = (world.studio(), world.studio());
    let (one, other) = tokio::join!(demo::fill(&mut first, &actor), demo::fill(&mut second, &actor));
    one.unwrap();
    other.unwrap();
    let mut names: Vec<String> =
        templates::list(studio, &actor.can().unwrap(), None).await.unwrap().items.into_iter().map(|t| t.name).collect();
    names.extend(designs::list(studio, &actor.can().unwrap(), None).await.unwrap().items.into_iter().map(|d| d.name));
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!((all, names.len()), (16, 16), "{names:?}");
}

#[tokio::test]
async fn an_exported_template_reads_back_with_its_photo() {
    let world = World::new().await;
    let actor = world.workspace("alpha").await;
    let id = world.template(&actor, "Mug").await;
    let exported = templates::export(&mut world.studio(), &actor.can().unwrap(), id).await.unwrap();
    let (name, bytes) = (exported.name.clone(), crate::whole(exported).await);
    let archive = document::TemplateArchive::read(&bytes).unwrap();
    assert_eq!((name.as_str(), archive.template.name.as_str()), ("Mug.vitrine", "Mug"));
    assert_eq!(archive.images.values().next().unwrap(), &picture(160, 120, 200, b"Mug"));
}

#[tokio::test]
async fn the_document_before_five_minutes_of_work_can_be_brought_back() {
    let world = World::new().await;
    let (studio, actor) = (&mut world.studio(), world.workspace("alpha").await);
    let id = world.template(&actor, "Mug").await;
    let (first, mut revision) = templates::open(studio, &actor.can().unwrap(), id).await.unwrap();
    let mut changed = first.clone();
    for name in ["Cup", "Beaker"] {
        changed.name = name.into();
        revision = templates::save(studio, &actor.can().unwrap(), id, &changed, revision).await.unwrap();
    }
    let versions = templates::versions(studio, &actor.can().unwrap(), id).await.unwrap();
    assert_eq!(versions.iter().map(|version| version.revision).collect::<Vec<_>>(), [1]);
    assert!(versions[0].saved_by.as_deref().unwrap().contains('@'));
    assert_eq!(templates::version(studio, &actor.can().unwrap(), id, 1).await.unwrap(), first);
    assert!(is_not_found(&templates::version(studio, &actor.can().unwrap(), id, 9).await));
    // A save that is refused keeps no version.
    refused(templates::save(studio, &actor.can().unwrap(), id, &changed, 1).await);
    assert_eq!(templates::versions(studio, &actor.can().unwrap(), id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_exported_template_becomes_one_of_another_workspace() {
    let world = World::new().await;
    let (studio, alpha) = (&mut world.studio(), world.workspace("alpha").await);
    let beta = world.workspace("beta").await;
    let id = world.template(&alpha, "Mug").await;
    let file = crate::whole(templates::export(studio, &alpha.can().unwrap(), id).await.unwrap()).await;
    let own = templates::create(studio, &beta.can().unwrap(), "Mug.vitrine", world.upload(&file)).await.unwrap();
    let (imported, _) = templates::open(studio, &beta.can().unwrap(), own).await.unwrap();
    assert_eq!(imported, templates::open(studio, &alpha.can().unwrap(), id).await.unwrap().0);
    // So does one of a program that names images as it likes.
    let mut renamed = document::TemplateArchive::read(&file).unwrap();
    let other = ContentHash([7; 32]);
    renamed.images = renamed.images.into_values().map(|image| (other, image)).collect();
    renamed.template.rename_images(|_| other);
    let renamed = world.upload(&renamed.write().unwrap());
    let named = templates::create(studio, &beta.can().unwrap(), "Mug.vitrine", renamed).await.unwrap();
    assert_eq!(templates::open(studio, &beta.can().unwrap(), named).await.unwrap().0, imported);
    // A damaged one is refused with the reason.
    let broken = world.upload(&file[..file.len() / 2]);
    let problem = refused(templates::create(studio, &beta.can().unwrap(), "Mug.vitrine", broken).await);
    assert_eq!((problem.key.as_str(), problem.field.as_deref()), ("template-file-broken", Some("file")));
    // So is one whose name no template may have.
    let mut archive = document::TemplateArchive::read(&file).unwrap();
    archive.template.name = "M".repeat(121);
    let nameless = world.upload(&archive.write().unwrap());
    let problem = refused(templates::create(studio, &beta.can().unwrap(), "Mug.vitrine", nameless).await);
    assert_eq!(problem.key, "name-length");
    assert_eq!(templates::list(studio, &beta.can().unwrap(), None).await.unwrap().items.len(), 2);
}

#[tokio::test]
async fn a_nul_in_a_name_is_refused() {
    let world = World::new().await;
    let owner = world.workspace("alpha").await;
    let design = world.design(&owner, "Fern").await;
    let rename = designs::rename(&mut world.studio(), &owner.can().unwrap(), design, "Fe\0rn").await;
    assert_eq!(refused(rename).key, "error-text");
}
