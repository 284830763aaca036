-- What the log says of entries of before is looked through without holding anybody up.
alter table audit_log validate constraint audit_log_one_acts;
