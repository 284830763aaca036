//! Writes template/design pairs with the digest of the picture this build makes of them, for a browser to make the
//! same: `cargo run -p render --example pairs -- <folder>`.

use std::{
    collections::{BTreeMap, HashMap},
    error::Error,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use document::{
    BlendMode, Color, Combine, ContentHash, Cylinder, Feather, Figure, Fit, Layer, LayerContent, LayerId, Mask,
    MaskShape, Opacity, Placement, Ranged, Size, Template, TemplateArchive,
    geometry::{Outline, Point, Quad},
};
use render::{
    Image, Pyramid, Sources, compose,
    decode::decode,
    encode::{PngEffort, png},
};
use sha2::{Digest, Sha256};

type Failure = Box<dyn Error>;
type Change<'a> = dyn Fn(&mut Template) -> Result<(), Failure> + 'a;

const CANVAS: (u32, u32) = (640, 520);

fn main() -> Result<(), Failure> {
    let folder: PathBuf = std::env::args_os().nth(1).ok_or("which folder?")?.into();
    fs::create_dir_all(&folder)?;
    let photo = photo();
    let designs = [soft_design(), fine_design()];
    let photo_file = png(&photo, PngEffort::Fast)?;
    fs::write(folder.join("photo.png"), &photo_file)?;
    for (i, design) in designs.iter().enumerate() {
        fs::write(folder.join(format!("design-{i}.png")), png(design, PngEffort::Fast)?)?;
    }
    let hash = ContentHash([0xab; 32]);
    let photo = Arc::new(Pyramid::of(photo));
    let own = templates(hash)?.into_iter().map(|template| (template, HashMap::from([(hash, photo.clone())])));
    let mut files = HashMap::from([(hash, "photo.png".to_owned())]);
    let gallery = gallery(&folder, &mut files)?;
    let designs = designs.map(|design| Arc::new(Pyramid::of(design)));
    let mut list = Vec::new();
    for (i, (template, images)) in own.chain(gallery).enumerate() {
        // Whole, shrunk and enlarged.
        let side = template.canvas.longest() * [100, 64, 140][i % 3] / 100;
        let design = i % designs.len();
        let mut sources = Sources::default();
        sources.images = images;
        sources.design = Some(designs[design].clone());
        let picture = compose(&template, &mut sources, template.canvas.scaled_to(side))?.image;
        let digest: String = Sha256::digest(picture.pixels()).iter().map(|byte| format!("{byte:02x}")).collect();
        let images: BTreeMap<String, &String> =
            template.images().iter().filter_map(|hash| Some((hash.to_string(), files.get(hash)?))).collect();
        list.push(serde_json::json!({
            "name": template.name, "document": template.to_json(), "images": images, "design": design, "side": side,
            "sha256": digest,
        }));
    }
    fs::write(folder.join("pairs.json"), serde_json::to_string_pretty(&list)?)?;
    println!("{} pairs", list.len());
    Ok(())
}

type Images = HashMap<ContentHash, Arc<Pyramid>>;

/// The templates of the gallery, in the order of their names; their images are written to the folder.
fn gallery(folder: &Path, files: &mut HashMap<ContentHash, String>) -> Result<Vec<(Template, Images)>, Failure> {
    let gallery = Path::new(env!("CARGO_MANIFEST_DIR")).join("gallery");
    let mut paths: Vec<PathBuf> =
        fs::read_dir(gallery)?.map(|entry| Ok(entry?.path())).collect::<Result<_, Failure>>()?;
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "vitrine"));
    paths.sort();
    let mut templates = Vec::new();
    for path in paths {
        let archive = TemplateArchive::read(&fs::read(path)?)?;
        let mut images = Images::new();
        for (hash, file) in &archive.images {
            let name = format!("{hash}.png");
            fs::write(folder.join(&name), file)?;
            files.insert(*hash, name);
            images.insert(*hash, Arc::new(Pyramid::of(decode(file)?)));
        }
        templates.push((archive.template, images));
    }
    Ok(templates)
}

/// Every blend mode, then fits, masks, groups, and quads that shrink, enlarge and lie far in perspective.
fn templates(photo: ContentHash) -> Result<Vec<Template>, Failure> {
    let canvas = Size::new(CANVAS.0, CANVAS.1)?;
    let quad = |corners: [[f64; 2]; 4]| Quad::new(corners.map(Point::from));
    let leaning = quad([[140.0, 90.0], [500.0, 130.0], [470.0, 430.0], [120.0, 400.0]])?;
    let far = quad([[250.0, 60.0], [330.0, 64.0], [600.0, 500.0], [20.0, 470.0]])?;
    let outside = quad([[-80.0, -40.0], [700.0, 30.0], [650.0, 600.0], [40.0, 480.0]])?;
    let mut templates = Vec::new();
    let mut add = |name: &str, change: &Change<'_>| {
        let mut template = Template::over_photo(name, canvas, photo);
        template.layers[1].content = LayerContent::Placement(Placement::flat(leaning, Fit::Contain));
        change(&mut template)?;
        templates.push(template);
        Ok::<(), Failure>(())
    };
    for mode in BlendMode::ALL {
        add(mode.as_str(), &|template| {
            template.layers[1].blend = mode;
            template.layers[1].opacity = Opacity::new(0.83)?;
            Ok(())
        })?;
    }
    for (name, quad, fit) in
        [("cover", leaning, Fit::Cover), ("stretch", outside, Fit::Stretch), ("far", far, Fit::Contain)]
    {
        add(name, &|template| {
            template.layers[1].content = LayerContent::Placement(Placement::flat(quad, fit));
            Ok(())
        })?;
    }
    for (name, arc, bend) in [("mug", 140, 12), ("half a cylinder", 180, -30)] {
        add(name, &|template| {
            let cylinder = Some(Cylinder { arc: Ranged::try_from(arc)?, bend: Ranged::try_from(bend)? });
            let placement = Placement { cylinder, ..Placement::flat(leaning, Fit::Cover) };
            template.layers[1].content = LayerContent::Placement(placement);
            Ok(())
        })?;
    }
    add("cropped", &|template| {
        let corners = [[-70.5, -40.0], [690.0, -20.0], [660.0, 560.0], [-90.0, 530.0]].map(Point::from);
        template.photo_area = Some(Quad::new(corners)?);
        Ok(())
    })?;
    add("masks", &|template| {
        template.layers[1].mask = Some(mask()?);
        Ok(())
    })?;
    add("group", &|template| {
        let fill = Layer::new(LayerId(3), "Tint", LayerContent::Fill { color: Color { r: 200, g: 40, b: 90 } });
        let fill = Layer { blend: BlendMode::SoftLight, opacity: Opacity::new(0.6)?, mask: Some(mask()?), ..fill };
        let placement = template.layers.remove(1);
        let group = LayerContent::Group { layers: vec![placement, fill], pass_through: false };
        template.layers.push(Layer { blend: BlendMode::Multiply, ..Layer::new(LayerId(4), "Print", group) });
        Ok(())
    })?;
    let tint = || -> Result<Layer, Failure> {
        let fill = Layer::new(LayerId(3), "Tint", LayerContent::Fill { color: Color { r: 30, g: 120, b: 200 } });
        Ok(Layer { blend: BlendMode::VividLight, fill_opacity: Opacity::new(0.4)?, mask: Some(mask()?), ..fill })
    };
    add("clipped", &|template| {
        template.layers.push(Layer { clipped: true, ..tint()? });
        Ok(())
    })?;
    add("passed through", &|template| {
        let placement = Layer { blend: BlendMode::Multiply, ..template.layers.remove(1) };
        let group = LayerContent::Group { layers: vec![placement, tint()?], pass_through: true };
        let group = Layer::new(LayerId(4), "Print", group);
        template.layers.push(Layer { opacity: Opacity::new(0.7)?, mask: Some(mask()?), ..group });
        Ok(())
    })?;
    for (name, json) in [
        ("levels", r#"{"kind":"levels","all":{"black":20,"white":230,"gamma":1.3},"blue":{"output":[10,200]}}"#),
        ("curves", r#"{"kind":"curves","all":[[0,12],[70,50],[180,210],[255,250]],"red":[[0,0],[128,150],[255,255]]}"#),
        ("hue and saturation", r#"{"kind":"hue-saturation","hue":75,"saturation":30,"lightness":-12}"#),
        ("brightness and contrast", r#"{"kind":"brightness-contrast","brightness":-17,"contrast":35}"#),
    ] {
        add(name, &|template| {
            let content = LayerContent::Adjustment { adjustment: serde_json::from_str(json)? };
            template.layers.push(Layer { mask: Some(mask()?), ..Layer::new(LayerId(3), "Adjustment", content) });
            Ok(())
        })?;
    }
    Ok(templates)
}

fn mask() -> Result<Mask, Failure> {
    let outline = |points: &[[f64; 2]]| Outline::polygon(points.iter().copied().map(Point::from));
    let body = outline(&[[100.0, 60.0], [520.0, 100.0], [560.0, 380.0], [300.0, 500.0], [90.0, 420.0]])?;
    let hole = outline(&[[260.0, 200.0], [380.0, 210.0], [330.0, 300.0]])?;
    let path = |outline, combine| MaskShape { figure: Figure::Path { outline, holes: Vec::new() }, combine };
    let shapes = vec![path(body.clone(), Combine::Add), path(hole, Combine::Subtract)];
    Ok(Mask { shapes, feather: Feather::try_from(5.5)?, ..Mask::outlined(body) })
}

fn photo() -> Image {
    Image::from_fn(CANVAS.0, CANVAS.1, |x, y| {
        let grain = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(2_246_822_519)) >> 27;
        let light = |from: u32| (from + x * 120 / CANVAS.0 + grain).min(255) as u8;
        [light(90), light(80 + y * 60 / CANVAS.1), light(60), 255]
    })
}

/// Gradients and soft transparency.
fn soft_design() -> Image {
    Image::from_fn(700, 900, |x, y| {
        let alpha = (x.min(700 - x) * 2).min(y.min(900 - y) * 2).min(255);
        [(x * 255 / 700) as u8, (y * 255 / 900) as u8, 128, alpha as u8]
    })
}

/// One-pixel lines and hard edges, which alias where shrinking is careless.
fn fine_design() -> Image {
    Image::from_fn(1024, 768, |x, y| match (x % 7 == 0, y % 5 == 0, (x / 64 + y / 64) % 3) {
        (true, _, _) => [20, 20, 20, 255],
        (_, true, _) => [240, 200, 30, 255],
        (_, _, 0) => [0, 0, 0, 0],
        (_, _, tone) => [(tone * 90) as u8, 180, 220, 255],
    })
}
