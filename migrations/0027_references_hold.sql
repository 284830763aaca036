-- What the references say of rows of before is looked through without holding anybody up.
alter table template_images validate constraint template_images_template_id_fkey;
alter table template_versions validate constraint template_versions_template_id_fkey;
alter table template_saves validate constraint template_saves_template_id_fkey;
alter table batches validate constraint batches_template_id_fkey;
alter table renders validate constraint renders_batch_id_fkey;
alter table batch_images validate constraint batch_images_batch_id_fkey;
