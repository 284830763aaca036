//! The files' life: a used file is in the store, whatever happens at the same time and wherever a process is killed.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use domain::{DesignId, design::UPLOAD_BYTES_MAX};
use futures::{TryStreamExt, stream::BoxStream};
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMultipartOptions,
    PutOptions, PutPayload, PutResult, Result as StoreResult, memory::InMemory, path::Path,
};
use platform::{
    access::Member,
    blobs::{Blobs, Kind, Stored},
};
use rand::{Rng, SeedableRng, rngs::StdRng};
use sqlx::{Executor, PgConnection};
use studio::{
    Studio, designs,
    files::{self, Reconciled},
    images, templates,
};
use test_support::{World, is_not_found, picture, s3_server::S3Server};
use tokio::task::LocalSet;

const NOW: Duration = Duration::ZERO;

/// A store that lets others go first at every step and, while `fails` is set, breaks off now and then, as a killed
/// process or a lost connection does.
#[derive(Debug)]
struct Unsteady {
    store: InMemory,
    dice: std::sync::Mutex<StdRng>,
    fails: AtomicBool,
}

impl Unsteady {
    fn new(seed: u64) -> Arc<Self> {
        let dice = std::sync::Mutex::new(StdRng::seed_from_u64(seed));
        Arc::new(Self { store: InMemory::new(), dice, fails: AtomicBool::new(true) })
    }

    async fn step(&self) -> StoreResult<()> {
        let (yields, broken) = {
            let mut dice = self.dice.lock().unwrap();
            (dice.random_range(0..6), dice.random_bool(0.04))
        };
        for _ in 0..yields {
            tokio::task::yield_now().await;
        }
        if broken && self.fails.load(Ordering::Relaxed) {
            return Err(object_store::Error::Generic { store: "unsteady", source: "broken off".into() });
        }
        Ok(())
    }

    async fn objects(&self) -> Vec<ObjectMeta> {
        self.store.list(None).try_collect().await.unwrap()
    }
}

impl fmt::Display for Unsteady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unsteady")
    }
}

#[async_trait]
impl ObjectStore for Unsteady {
    async fn put_opts(&self, path: &Path, payload: PutPayload, options: PutOptions) -> StoreResult<PutResult> {
        self.step().await?;
        self.store.put_opts(path, payload, options).await
    }

    async fn put_multipart_opts(
        &self,
        path: &Path,
        options: PutMultipartOptions,
    ) -> StoreResult<Box<dyn MultipartUpload>> {
        self.store.put_multipart_opts(path, options).await
    }

    async fn get_opts(&self, path: &Path, options: GetOptions) -> StoreResult<GetResult> {
        self.step().await?;
        self.store.get_opts(path, options).await
    }

    fn delete_stream(&self, paths: BoxStream<'static, StoreResult<Path>>) -> BoxStream<'static, StoreResult<Path>> {
        self.store.delete_stream(paths)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, StoreResult<ObjectMeta>> {
        self.store.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> StoreResult<ListResult> {
        self.store.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> StoreResult<()> {
        self.store.copy_opts(from, to, options).await
    }
}

/// Somebody who uploads one of three pictures, sees that it is there, and throws it away for good, again and again.
async fn merchant(mut studio: Studio, actor: Member, files: Arc<World>, seed: u64, rounds: usize) -> usize {
    let mut added = 0;
    let mut dice = StdRng::seed_from_u64(seed);
    let mut owner = files.connect("postgres").await;
    for _ in 0..rounds {
        let content = dice.random_range(0..3u8);
        let file = files.upload(&picture(40, 30, content, &[content]));
        // One that breaks off has changed nothing that anybody can see.
        let Ok(design) = designs::add(&mut studio, &actor.can().unwrap(), "Fern", file).await else { continue };
        for _ in 0..dice.random_range(0..4) {
            tokio::task::yield_now().await;
        }
        added += 1;
        is_whole(&mut studio, &actor, design.image.hash).await;
        purge(&mut owner, design.id).await;
    }
    added
}

/// The original and what is made of it are there; the store may break off, but never say that there is nothing.
async fn is_whole(studio: &mut Studio, actor: &Member, hash: document::ContentHash) {
    let level = match images::level(studio, &actor.can().unwrap(), hash, 0).await {
        Ok(reading) => reading.whole().await,
        Err(error) => Err(error),
    };
    let thumbnail = images::thumbnail(studio, &actor.can().unwrap(), hash).await;
    assert!(!is_not_found(&level) && !is_not_found(&thumbnail), "a used file is gone");
}

async fn purge(owner: &mut PgConnection, design: DesignId) {
    let delete = format!("delete from designs where id = '{design}'");
    owner.execute(sqlx::AssertSqlSafe(delete)).await.unwrap();
}

/// Dooms, buries and reconciles without any patience.
async fn cleaner(mut studio: Studio, actor: Member, rounds: usize) -> usize {
    for _ in 0..rounds {
        let tenant = actor.tenant();
        let _ = files::doom(&mut studio, tenant, NOW).await;
        tokio::task::yield_now().await;
        let _ = files::bury(&mut studio, tenant, NOW).await;
        tokio::task::yield_now().await;
        // Objects whose upload is under way have rows, so even the youngest can be compared.
        let _ = files::reconcile(&mut studio, tenant, NOW).await;
    }
    0
}

/// How many interleavings are tried; `dev/property 1000 -p studio --test it a_used_file` tries more.
fn cases() -> u64 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(6)
}

#[tokio::test]
async fn a_used_file_is_in_the_store_whatever_happens_at_the_same_time() {
    for case in 0..cases() {
        let world = Arc::new(World::new().await);
        let store = Unsteady::new(case);
        let mut process = world.process.clone();
        process.blobs = Blobs::in_store(store.clone());
        let shared = studio::Shared::new(&process, 1 << 20);
        let mut studio = shared.studio();
        let actor = world.workspace("alpha").await;
        let local = LocalSet::new();
        let mut tasks = Vec::new();
        for seed in 0..4 {
            let merchant = merchant(shared.studio(), actor.clone(), world.clone(), case * 100 + seed, 12);
            tasks.push(local.spawn_local(merchant));
        }
        for _ in 0..2 {
            tasks.push(local.spawn_local(cleaner(shared.studio(), actor.clone(), 25)));
        }
        let mut added = 0;
        for ended in local.run_until(futures::future::join_all(tasks)).await {
            added += ended.unwrap_or_else(|error| panic!("case {case}: {error}"));
        }
        assert!(added > 8, "case {case}: the store broke off nearly everything");

        // In quiet, what is used stays and all else goes, with its bytes.
        store.fails.store(false, Ordering::Relaxed);
        let tenant = actor.tenant();
        let file = world.upload(&picture(40, 30, 1, b"kept"));
        let kept = designs::add(&mut studio, &actor.can().unwrap(), "Kept", file).await.unwrap();
        let hash = kept.image.hash.to_string();
        files::doom(&mut studio, tenant, NOW).await.unwrap();
        files::bury(&mut studio, tenant, NOW).await.unwrap();
        let ask = async || is_whole(&mut shared.studio(), &actor, kept.image.hash).await;
        let asked = (0..4).map(|_| ask());
        futures::future::join_all(asked).await;
        let of_kept = store.objects().await.into_iter().filter(|object| object.location.as_ref().ends_with(&hash));
        let once: u64 = of_kept.map(|object| object.size).sum();
        assert_eq!(files::stored_bytes(&mut studio, tenant).await.unwrap(), once, "case {case}: each counts once");
        let reconciled = files::reconcile(&mut studio, tenant, NOW).await.unwrap();
        assert_eq!(reconciled.missing, 0, "case {case}");
        let objects = store.objects().await;
        assert!(
            !objects.is_empty() && objects.iter().all(|object| object.location.as_ref().ends_with(&hash)),
            "case {case}: {objects:?}"
        );
        let stored: u64 = objects.iter().map(|object| object.size).sum();
        assert_eq!(files::stored_bytes(&mut studio, tenant).await.unwrap(), stored, "case {case}");
    }
}

#[tokio::test]
async fn what_a_crash_left_in_the_store_goes_and_what_is_missing_is_said() {
    let world = World::new().await;
    let actor = world.workspace("alpha").await;
    let design = world.design(&actor, "Fern").await;
    let used = designs::list(&mut world.studio(), &actor.can().unwrap(), None).await.unwrap().items[0].image.hash;
    let folder = world.files.path().join(format!("blobs/tenant/{}", actor.tenant()));
    let stray = folder.join("original").join("ab".repeat(32));
    std::fs::write(&stray, b"left by a killed upload").unwrap();
    let unfinished = folder.join("original").join(format!("{}#1", "cd".repeat(32)));
    std::fs::write(&unfinished, b"half of it").unwrap();
    let day = Duration::from_secs(24 * 3600);
    let found = files::reconcile(&mut world.studio(), actor.tenant(), day).await.unwrap();
    assert_eq!((found, stray.exists()), (Reconciled::default(), true), "it may be an upload under way");
    let found = files::reconcile(&mut world.studio(), actor.tenant(), NOW).await.unwrap();
    assert_eq!((found, stray.exists()), (Reconciled { left_over: 2, ..Reconciled::default() }, false));
    assert!(!unfinished.exists());

    std::fs::remove_file(folder.join("original").join(used.to_string())).unwrap();
    let found = files::reconcile(&mut world.studio(), actor.tenant(), NOW).await.unwrap();
    assert_eq!(found, Reconciled { missing: 1, ..Reconciled::default() });
    assert!(designs::thumbnail(&mut world.studio(), &actor.can().unwrap(), design).await.is_ok());
    // The same file again heals it.
    world.design(&actor, "Fern").await;
    let found = files::reconcile(&mut world.studio(), actor.tenant(), NOW).await.unwrap();
    assert_eq!(found, Reconciled::default());
}

#[tokio::test]
async fn files_live_and_end_in_a_bucket_as_in_a_folder() {
    let world = World::new().await;
    let actor = world.workspace("alpha").await;
    let tenant = actor.tenant();
    let mut process = world.process.clone();
    process.blobs = S3Server::shared().blobs();
    let shared = studio::Shared::new(&process, 1 << 20);
    let studio = &mut shared.studio();
    let stored = async || -> Vec<Stored> { process.blobs.list(tenant, NOW).try_collect().await.unwrap() };

    // Claimed, stored, settled.
    let file = world.upload(&picture(300, 200, 1, b"used"));
    let design = designs::add(studio, &actor.can().unwrap(), "Fern", file).await.unwrap();
    is_whole(studio, &actor, design.image.hash).await;
    let mut kept = 0;
    for object in stored().await {
        let kind = Folder(object.folder);
        kept += process.blobs.size(tenant, &kind, object.hash).await.unwrap().unwrap();
    }
    assert_eq!(files::stored_bytes(studio, tenant).await.unwrap(), kept);

    // What a crash left goes; what is missing is said, and the same file again brings it back.
    let stray = document::ContentHash([0xab; 32]);
    let original = Folder("original".into());
    process.blobs.put(tenant, &original, stray, "left by a killed upload").await.unwrap();
    process.blobs.delete(tenant, &original, design.image.hash).await.unwrap();
    let found = files::reconcile(studio, tenant, NOW).await.unwrap();
    assert_eq!(found, Reconciled { left_over: 1, missing: 1, ..Reconciled::default() });
    let file = world.upload(&picture(300, 200, 1, b"used"));
    let again = designs::add(studio, &actor.can().unwrap(), "Fern again", file).await.unwrap();
    assert_eq!(files::reconcile(studio, tenant, NOW).await.unwrap(), Reconciled::default());

    // Used it stays; unused it is doomed and buried, with all that was made of it.
    let clean = async || {
        files::doom(&mut shared.studio(), tenant, NOW).await.unwrap();
        files::bury(&mut shared.studio(), tenant, NOW).await.unwrap()
    };
    assert_eq!(clean().await, 0);
    is_whole(studio, &actor, design.image.hash).await;
    let mut owner = world.connect("postgres").await;
    purge(&mut owner, design.id).await;
    purge(&mut owner, again.id).await;
    assert_eq!(clean().await, 1);
    assert!(stored().await.is_empty());
    assert_eq!(files::stored_bytes(studio, tenant).await.unwrap(), 0);
}

/// A folder of the store by its name.
#[derive(Clone)]
struct Folder(String);

impl Kind for &Folder {
    fn folder(self) -> String {
        self.0.clone()
    }
}

/// What a tenant's files take in the folder.
fn on_disk(world: &World, actor: &Member) -> u64 {
    let tenant = world.files.path().join(format!("blobs/tenant/{}", actor.tenant()));
    let files = std::fs::read_dir(tenant).unwrap().flat_map(|kind| std::fs::read_dir(kind.unwrap().path()).unwrap());
    files.map(|file| file.unwrap().metadata().unwrap().len()).sum()
}

#[tokio::test]
async fn what_is_made_of_a_file_later_counts_once_however_often_it_is_made() {
    let world = World::new().await;
    let (studio, actor) = (&mut world.studio(), world.workspace("alpha").await);
    world.design(&actor, "Fern").await;
    let hash = designs::list(studio, &actor.can().unwrap(), None).await.unwrap().items[0].image.hash;
    let level = world.files.path().join(format!("blobs/tenant/{}/level-0/{hash}", actor.tenant()));
    for _ in 0..3 {
        images::level(studio, &actor.can().unwrap(), hash, 0).await.unwrap();
        assert_eq!(files::stored_bytes(studio, actor.tenant()).await.unwrap(), on_disk(&world, &actor));
        // The next one finds none, as if both had asked at once.
        std::fs::remove_file(&level).unwrap();
    }
    // Gone it is counted no more, and made again it is.
    let lost = files::reconcile(studio, actor.tenant(), NOW).await.unwrap();
    assert_eq!(lost, Reconciled { corrected: 1, ..Reconciled::default() });
    assert_eq!(files::stored_bytes(studio, actor.tenant()).await.unwrap(), on_disk(&world, &actor));
    images::level(studio, &actor.can().unwrap(), hash, 0).await.unwrap();
    assert_eq!(files::stored_bytes(studio, actor.tenant()).await.unwrap(), on_disk(&world, &actor));
    let found = files::reconcile(studio, actor.tenant(), NOW).await.unwrap();
    assert_eq!(found, Reconciled::default(), "all of it counts as it should");
}

#[tokio::test]
async fn a_comparison_counts_what_the_store_has() {
    let world = World::new().await;
    let (studio, actor) = (&mut world.studio(), world.workspace("alpha").await);
    world.design(&actor, "Fern").await;
    let template = world.template(&actor, "Mug").await;
    templates::thumbnail(studio, &actor.can().unwrap(), template).await.unwrap();
    let right = on_disk(&world, &actor);
    // As rows were from before their objects were counted, and as one is whose process was killed before it had counted a level.
    let mut owner = world.connect("postgres").await;
    owner.execute("update files set bytes = bytes / 2, counted = '{}' where kind = 'image'").await.unwrap();
    assert_ne!(files::stored_bytes(studio, actor.tenant()).await.unwrap(), right);
    let hash = designs::list(studio, &actor.can().unwrap(), None).await.unwrap().items[0].image.hash;
    let levels = world.files.path().join(format!("blobs/tenant/{}/level-0", actor.tenant()));
    std::fs::create_dir_all(&levels).unwrap();
    std::fs::write(levels.join(hash.to_string()), [7; 1000]).unwrap();
    let found = files::reconcile(studio, actor.tenant(), NOW).await.unwrap();
    assert_eq!(found, Reconciled { corrected: 2, ..Reconciled::default() });
    assert_eq!(files::stored_bytes(studio, actor.tenant()).await.unwrap(), right + 1000);
    let found = files::reconcile(studio, actor.tenant(), NOW).await.unwrap();
    assert_eq!(found, Reconciled::default());
}

#[tokio::test]
async fn a_purged_template_takes_its_photo_and_small_picture_with_it_and_a_batch_keeps_the_photo() {
    let world = World::new().await;
    let (studio, actor) = (&mut world.studio(), world.workspace("alpha").await);
    let objects = |folder: &str| {
        let folder = world.files.path().join(format!("blobs/tenant/{}/{folder}", actor.tenant()));
        std::fs::read_dir(folder).map_or(0, Iterator::count)
    };
    let clean = async || {
        files::doom(&mut world.studio(), actor.tenant(), NOW).await.unwrap();
        files::bury(&mut world.studio(), actor.tenant(), NOW).await.unwrap();
    };
    let template = world.template(&actor, "Mug").await;
    templates::thumbnail(studio, &actor.can().unwrap(), template).await.unwrap();
    clean().await;
    assert_eq!((objects("original"), objects("template-thumbnail")), (1, 1), "both are used");

    // A new document has a new small picture, and the old one goes.
    let (mut document, revision) = templates::open(studio, &actor.can().unwrap(), template).await.unwrap();
    document.name = "Cup".into();
    document.layers.pop();
    templates::save(studio, &actor.can().unwrap(), template, &document, revision).await.unwrap();
    templates::thumbnail(studio, &actor.can().unwrap(), template).await.unwrap();
    clean().await;
    assert_eq!((objects("original"), objects("template-thumbnail")), (1, 1));

    let design = world.design(&actor, "Fern").await;
    let order = domain::render::BatchOrder {
        template,
        designs: vec![design],
        side: 64.try_into().unwrap(),
        format: domain::render::OutputFormat::Png,
    };
    studio::renders::order(studio, &actor.can().unwrap(), &order).await.unwrap();
    let mut owner = world.connect("postgres").await;
    owner.execute("delete from templates").await.unwrap();
    clean().await;
    assert_eq!((objects("original"), objects("template-thumbnail")), (2, 0), "the batch may be tried again");
    owner.execute("delete from batches").await.unwrap();
    owner.execute("delete from designs").await.unwrap();
    clean().await;
    assert_eq!((objects("original"), objects("thumbnail")), (0, 0));
    assert_eq!(files::stored_bytes(studio, actor.tenant()).await.unwrap(), 0);
}

#[tokio::test]
async fn an_upload_that_is_given_up_leaves_no_file_behind() {
    let world = World::new().await;
    let folder = world.files.path().join("uploads");
    std::fs::create_dir(&folder).unwrap();
    let mut upload = images::Upload::begin(&folder, Some(UPLOAD_BYTES_MAX)).unwrap();
    upload.write(b"a part of it").unwrap();
    // Not even a killed process could leave one: the file has no name.
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
}
