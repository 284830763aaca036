-- Guesses at a password pause by account and network; an invitation's mailed link is another than the one handed over.

alter table attempts add column blocked_until timestamptz;
comment on table attempts is 'Attempts per key: within a window, or in a row with growing pauses.';

alter table invitations add column mail_token_hash bytea unique;
comment on column invitations.mail_token_hash is 'Only the invited mailbox has this one: it confirms the address.';
