-- Renders may be WebP files too.

alter table batches drop constraint batches_format_check;
alter table batches add constraint batches_format_check check (format in ('jpeg', 'png', 'webp'));
