/* The face of libjpeg that Rust sees: no callback into Rust, and every entry catches libjpeg's way out of an error (longjmp) before it
 * returns. Warnings that mean lost pixels are errors here. */
#include <setjmp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>
#include <jerror.h>

/* The same numbers are in ffi.rs. */
enum fault { NO_FAULT, DAMAGED, END_MISSING, PROCESS, PRECISION, NO_HEIGHT, TOO_LARGE, NO_MEMORY, TOO_MANY_SCANS, SCAN_MISSING };

/* Bytes between the markers of the pixels that belong to nothing; with more of them the pixels are not trusted. */
#define STRAY_MAX 64
/* A profile has at most 255 parts; EXIF and XMP are beside it. */
#define SEGMENTS_MAX 320

struct faults {
  struct jpeg_error_mgr base;
  jmp_buf back;
  int kind, detail, in_pixels;
  long stray;
  /* What libjpeg has taken for it, and may take. */
  size_t taken, most;
  char words[JMSG_LENGTH_MAX];
};
struct segment { size_t at, length; int marker; };
struct header { unsigned width, height; int components, arithmetic, segments; size_t coefficients; };

/* Both begin with their faults, and libjpeg's structures point back to them by client_data. */
struct reader {
  struct faults faults;
  struct jpeg_decompress_struct c;
  struct jpeg_progress_mgr progress;
  struct segment segments[SEGMENTS_MAX];
  struct header header;
  const unsigned char *file;
  int scans_max;
};
struct writer {
  struct faults faults;
  struct jpeg_compress_struct c;
  struct jpeg_destination_mgr to;
  unsigned char *file;
  size_t room;
};

#define GUARDED(it) if (setjmp((it)->faults.back)) return (it)->faults.kind

static void leave(j_common_ptr c, int kind) {
  struct faults *f = (struct faults *)c->err;
  f->kind = kind;
  f->detail = f->base.msg_parm.i[0];
  f->base.format_message(c, f->words);
  longjmp(f->back, 1);
}

static void on_error(j_common_ptr c) {
  switch (c->err->msg_code) {
  case JERR_INPUT_EOF: case JERR_INPUT_EMPTY: leave(c, END_MISSING); break;
  case JERR_SOF_UNSUPPORTED: leave(c, PROCESS); break;
  case JERR_BAD_PRECISION: leave(c, PRECISION); break;
  case JERR_EMPTY_IMAGE: leave(c, NO_HEIGHT); break;
  case JERR_IMAGE_TOO_BIG: leave(c, TOO_LARGE); break;
  case JERR_OUT_OF_MEMORY: case JERR_NO_BACKING_STORE: leave(c, NO_MEMORY); break;
  default: leave(c, DAMAGED);
  }
}

static void on_message(j_common_ptr c, int level) {
  struct faults *f = (struct faults *)c->err;
  if (level >= 0) return;
  switch (f->base.msg_code) {
  case JWRN_JPEG_EOF: leave(c, END_MISSING); break;
  case JWRN_HIT_MARKER: case JWRN_HUFF_BAD_CODE: case JWRN_MUST_RESYNC: case JWRN_BOGUS_PROGRESSION: case JWRN_NOT_SEQUENTIAL:
    leave(c, DAMAGED); break;
  case JWRN_EXTRANEOUS_DATA:
    if (f->in_pixels && (f->stray += f->base.msg_parm.i[0]) > STRAY_MAX) leave(c, DAMAGED);
  }
}

static void no_output(j_common_ptr c) { (void)c; }

static struct jpeg_error_mgr *handlers(struct faults *f) {
  jpeg_std_error(&f->base);
  f->base.error_exit = on_error;
  f->base.emit_message = on_message;
  f->base.output_message = no_output;
  return &f->base;
}

/* libjpeg's memory, in place of its own jmemnobs.c: counted, and refused beyond what its reader or writer may take. This is the interface of
 * jmemsys.h, which is not installed; the library's own is not linked where all of it is defined here. */
static void *take(j_common_ptr c, size_t size) {
  struct faults *f = (struct faults *)c->err;
  void *at = f->taken <= f->most && size <= f->most - f->taken ? malloc(size) : NULL;
  if (at) f->taken += size;
  return at;
}
static void give_back(j_common_ptr c, void *at, size_t size) {
  ((struct faults *)c->err)->taken -= size;
  free(at);
}
void *jpeg_get_small(j_common_ptr c, size_t size) { return take(c, size); }
void *jpeg_get_large(j_common_ptr c, size_t size) { return take(c, size); }
void jpeg_free_small(j_common_ptr c, void *at, size_t size) { give_back(c, at, size); }
void jpeg_free_large(j_common_ptr c, void *at, size_t size) { give_back(c, at, size); }
size_t jpeg_mem_available(j_common_ptr c, size_t least, size_t all, size_t taken) {
  (void)c; (void)least; (void)taken;
  return all;
}
void jpeg_open_backing_store(j_common_ptr c, void *store, long size) {
  (void)store; (void)size;
  ERREXIT(c, JERR_NO_BACKING_STORE);
}
long jpeg_mem_init(j_common_ptr c) { (void)c; return 0; }
void jpeg_mem_term(j_common_ptr c) { (void)c; }

const char *vitrine_jpeg_fault(const struct faults *f, int *detail) { *detail = f->detail; return f->words; }

static void on_progress(j_common_ptr c) {
  struct reader *r = c->client_data;
  if (r->c.input_scan_number > r->scans_max) leave(c, TOO_MANY_SCANS);
}

/* Notes where an application segment is, and passes over it; all of the file is at hand. */
static boolean note_segment(j_decompress_ptr c) {
  struct reader *r = c->client_data;
  struct jpeg_source_mgr *s = c->src;
  size_t length;
  if (s->bytes_in_buffer < 2) ERREXIT(c, JERR_INPUT_EOF);
  length = (size_t)s->next_input_byte[0] << 8 | s->next_input_byte[1];
  if (length < 2) ERREXIT(c, JERR_BAD_LENGTH);
  if (length > s->bytes_in_buffer) ERREXIT(c, JERR_INPUT_EOF);
  if (!r->faults.in_pixels && r->header.segments < SEGMENTS_MAX)
    r->segments[r->header.segments++] =
        (struct segment){ (size_t)(s->next_input_byte - r->file) + 2, length - 2, c->unread_marker };
  s->next_input_byte += length;
  s->bytes_in_buffer -= length;
  return TRUE;
}

struct reader *vitrine_jpeg_reader(void) { return calloc(1, sizeof(struct reader)); }

/* What several scans add to before there are pixels. */
static size_t coefficients(j_decompress_ptr c) {
  size_t blocks = 0;
  int i;
  for (i = 0; i < c->num_components && jpeg_has_multiple_scans(c); i++) {
    const jpeg_component_info *k = &c->comp_info[i];
    blocks += ((size_t)k->width_in_blocks + k->h_samp_factor) * ((size_t)k->height_in_blocks + k->v_samp_factor);
  }
  return blocks * sizeof(JBLOCK);
}

/* The header is filled in as far as it is known, whatever is returned. */
int vitrine_jpeg_open(struct reader *r, const unsigned char *file, size_t length, int scans_max, size_t memory_max, struct header *h) {
  r->faults.most = memory_max;
  r->c.err = handlers(&r->faults);
  r->c.client_data = r;
  r->file = file;
  r->scans_max = scans_max;
  r->progress.progress_monitor = on_progress;
  if (!setjmp(r->faults.back)) {
    jpeg_create_decompress(&r->c);
    r->c.progress = &r->progress;
    jpeg_mem_src(&r->c, file, length);
    jpeg_set_marker_processor(&r->c, JPEG_APP0 + 1, note_segment);
    jpeg_set_marker_processor(&r->c, JPEG_APP0 + 2, note_segment);
    jpeg_read_header(&r->c, TRUE);
    r->header.coefficients = coefficients(&r->c);
  }
  *h = r->header;
  h->width = r->c.image_width;
  h->height = r->c.image_height;
  h->components = r->c.num_components;
  h->arithmetic = r->c.arith_code;
  return r->faults.kind;
}

const struct segment *vitrine_jpeg_segments(const struct reader *r) { return r->segments; }

/* Whether scans have brought every bit of every coefficient. libjpeg shows what there is: a component without a scan as grey, coefficients
 * without theirs as a blur. It saves a component's quantization table at its first scan. */
static int complete(j_decompress_ptr c) {
  int i, k;
  for (i = 0; i < c->num_components; i++) {
    if (!c->comp_info[i].quant_table) return 0;
    for (k = 0; k < DCTSIZE2 && c->progressive_mode; k++)
      if (c->coef_bits[i][k] != 0) return 0;
  }
  return 1;
}

int vitrine_jpeg_start(struct reader *r, size_t memory_max) {
  GUARDED(r);
  r->faults.most = memory_max;
  r->faults.in_pixels = 1;
  r->c.out_color_space = JCS_EXT_RGBA;
  jpeg_start_decompress(&r->c);
  if (!complete(&r->c)) leave((j_common_ptr)&r->c, SCAN_MISSING);
  return NO_FAULT;
}

int vitrine_jpeg_read(struct reader *r, unsigned char *rgba) {
  GUARDED(r);
  if (jpeg_read_scanlines(&r->c, &rgba, 1) != 1) ERREXIT(&r->c, JERR_INPUT_EOF);
  return NO_FAULT;
}

int vitrine_jpeg_end(struct reader *r) {
  GUARDED(r);
  jpeg_finish_decompress(&r->c);
  return NO_FAULT;
}

void vitrine_jpeg_reader_free(struct reader *r) {
  if (!setjmp(r->faults.back)) jpeg_destroy_decompress(&r->c);
  free(r);
}

static boolean grow(j_compress_ptr c) {
  struct writer *w = c->client_data;
  size_t room = w->room ? w->room * 2 : 1 << 16;
  unsigned char *file = realloc(w->file, room);
  if (!file) ERREXIT1(c, JERR_OUT_OF_MEMORY, 0);
  w->to.next_output_byte = file + w->room;
  w->to.free_in_buffer = room - w->room;
  w->file = file;
  w->room = room;
  return TRUE;
}
static void begin_file(j_compress_ptr c) { grow(c); }
static void end_file(j_compress_ptr c) { (void)c; }

struct how { unsigned width, height, dots_per_inch; int quality, halved_chroma, progressive; };

struct writer *vitrine_jpeg_writer(void) { return calloc(1, sizeof(struct writer)); }

int vitrine_jpeg_begin(struct writer *w, const struct how *how, const unsigned char *profile, size_t profile_length) {
  w->c.err = handlers(&w->faults);
  w->faults.most = (size_t)-1;
  w->c.client_data = w;
  w->to = (struct jpeg_destination_mgr){ NULL, 0, begin_file, grow, end_file };
  GUARDED(w);
  jpeg_create_compress(&w->c);
  w->c.dest = &w->to;
  w->c.image_width = how->width;
  w->c.image_height = how->height;
  w->c.input_components = 4;
  w->c.in_color_space = JCS_EXT_RGBX;
  jpeg_set_defaults(&w->c);
  jpeg_set_quality(&w->c, how->quality, TRUE);
  w->c.comp_info[0].h_samp_factor = w->c.comp_info[0].v_samp_factor = how->halved_chroma ? 2 : 1;
  w->c.JFIF_minor_version = 2;
  w->c.density_unit = 1;
  w->c.X_density = w->c.Y_density = (UINT16)how->dots_per_inch;
  if (how->progressive) jpeg_simple_progression(&w->c);
  jpeg_start_compress(&w->c, TRUE);
  jpeg_write_icc_profile(&w->c, profile, (unsigned)profile_length);
  return NO_FAULT;
}

int vitrine_jpeg_write(struct writer *w, const unsigned char *rgbx) {
  JSAMPROW row = (JSAMPROW)rgbx;
  GUARDED(w);
  jpeg_write_scanlines(&w->c, &row, 1);
  return NO_FAULT;
}

int vitrine_jpeg_close(struct writer *w, const unsigned char **file, size_t *length) {
  GUARDED(w);
  jpeg_finish_compress(&w->c);
  *file = w->file;
  *length = w->room - w->to.free_in_buffer;
  return NO_FAULT;
}

void vitrine_jpeg_writer_free(struct writer *w) {
  if (!setjmp(w->faults.back)) jpeg_destroy_compress(&w->c);
  free(w->file);
  free(w);
}
