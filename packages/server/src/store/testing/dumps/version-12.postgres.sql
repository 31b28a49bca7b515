create table if not exists schema_versions
    (version integer primary key, name text not null, applied_at bigint not null);
create table organisations (id text collate "C" primary key, name text collate "C" not null, name_key text collate "C" not null,
      definition text collate "C" not null, created_at bigint not null);
create table accounts (id text collate "C" primary key, organisation_id text collate "C" not null, username text collate "C" not null,
      username_key text collate "C" not null, name text collate "C", email text collate "C", password_hash text collate "C", password_changed_at bigint,
      state text collate "C" not null check (state in ('active', 'disabled')), remember_for text collate "C",
      created_at bigint not null);
create table factors (id text collate "C" primary key, account_id text collate "C" not null, organisation_id text collate "C" not null,
      method text collate "C" not null, name text collate "C" not null, secret text collate "C" not null,
      state text collate "C" not null check (state in ('active', 'replaced', 'disabled', 'lost')), last_step bigint not null,
      created_at bigint not null, last_used_at bigint, ended_at bigint);
create table burnt_steps (factor_id text collate "C" not null, step bigint not null, until bigint not null,
      primary key (factor_id, step));
create table recovery_codes (id text collate "C" primary key, account_id text collate "C" not null,
      organisation_id text collate "C" not null, set_id text collate "C" not null, salt text collate "C" not null, hash text collate "C" not null,
      created_at bigint not null, spent_at bigint);
create table counters (key text collate "C" primary key, soft integer not null, hard integer not null,
      locked_until bigint not null, updated_at bigint not null);
create table flows (id text collate "C" primary key, token_hash text collate "C" not null, browser_hash text collate "C" not null,
      kind text collate "C" not null, version integer not null, facts text collate "C" not null, organisation_id text collate "C",
      account_id text collate "C", created_at bigint not null, expires_at bigint not null, extensions integer not null,
      ended_at bigint);
create table sessions (id_hash text collate "C" primary key, account_id text collate "C" not null,
      organisation_id text collate "C" not null, amr text collate "C" not null, acr text collate "C" not null, auth_time bigint not null,
      factor_time bigint, recovery integer not null, created_at bigint not null, last_seen_at bigint not null,
      expires_at bigint not null);
create table browsers (id text collate "C" primary key, token_hash text collate "C" not null, previous_hash text collate "C",
      created_at bigint not null, rotated_at bigint not null, last_used_at bigint not null);
create table devices (id text collate "C" primary key, browser_id text collate "C" not null, account_id text collate "C" not null,
      organisation_id text collate "C" not null, name text collate "C" not null, remembered_until bigint, factor_time bigint,
      created_at bigint not null, last_used_at bigint not null);
create table idempotency (key text collate "C" primary key, request_hash text collate "C" not null, answer text collate "C",
      expires_at bigint not null);
create table audit (seq bigint generated always as identity, id text collate "C" not null, at bigint not null, organisation_id text collate "C",
      pseudonym text collate "C", event text collate "C" not null, result text collate "C" not null, method text collate "C", address text collate "C",
      flow_id text collate "C", correlation_id text collate "C", detail text collate "C", chain_index bigint, previous_hash text collate "C",
      hash text collate "C", primary key (seq));
create table audit_head (id integer primary key check (id = 1), chain_index bigint not null,
      hash text collate "C" not null, sealed_at bigint not null);
create table pseudonyms (account_id text collate "C" primary key, pseudonym text collate "C" not null);
create table outbox (id text collate "C" primary key, organisation_id text collate "C" not null, account_id text collate "C",
      channel text collate "C" not null check (channel in ('mail')), template text collate "C" not null, data text collate "C" not null,
      created_at bigint not null, send_after bigint not null, attempts integer not null, sent_at bigint);
create table leases (name text collate "C" primary key, holder text collate "C" not null, until bigint not null);
create unique index accounts_username on accounts (organisation_id, username_key);
create index factors_account on factors (account_id);
create index factors_ended on factors (ended_at) where state in ('replaced', 'lost');
create index burnt_steps_until on burnt_steps (until);
create index recovery_codes_account on recovery_codes (account_id);
create index counters_idle on counters (updated_at) where hard = 0;
create index flows_expiry on flows (expires_at);
create index flows_ended on flows (ended_at) where ended_at is not null;
create index flows_account on flows (account_id) where account_id is not null;
create index sessions_account on sessions (account_id);
create index sessions_expiry on sessions (expires_at);
create unique index browsers_token on browsers (token_hash);
create unique index browsers_previous on browsers (previous_hash) where previous_hash is not null;
create index browsers_idle on browsers (last_used_at);
create unique index devices_person on devices (browser_id, account_id);
create index devices_account on devices (account_id);
create index devices_idle on devices (last_used_at);
create index idempotency_expiry on idempotency (expires_at);
create unique index audit_id on audit (id);
create unique index audit_chain on audit (chain_index);
create index audit_unsealed on audit (seq) where chain_index is null;
create unique index pseudonyms_pseudonym on pseudonyms (pseudonym);
create index outbox_due on outbox (send_after) where sent_at is null;
create index outbox_account on outbox (account_id) where account_id is not null;
create function tweestap_audit_guard() returns trigger language plpgsql as $$
    begin raise exception 'the audit only grows, an entry never changes' using errcode = 'restrict_violation'; end $$;
create trigger audit_no_delete before delete on audit
    for each row execute function tweestap_audit_guard();
create trigger audit_no_truncate before truncate on audit
    for each statement execute function tweestap_audit_guard();
create trigger audit_sealed before update on audit
    for each row when (old.hash is not null) execute function tweestap_audit_guard();
create trigger audit_content before update of seq, id, at, organisation_id, pseudonym, event, result, method, address, flow_id, correlation_id, detail on audit
    for each row execute function tweestap_audit_guard();
create table links (id text collate "C" primary key, token_hash text collate "C" not null,
      purpose text collate "C" not null check (purpose in ('activate', 'reset', 'unlock', 'register')),
      account_id text collate "C", organisation_id text collate "C" not null, email text collate "C", created_at bigint not null,
      expires_at bigint not null, used_at bigint, voided_at bigint);
create unique index links_token on links (token_hash);
create index links_account on links (account_id) where account_id is not null;
create index links_email on links (organisation_id, email) where account_id is null;
create index links_expiry on links (expires_at);
alter table outbox add column state text collate "C" not null default 'due' check (state in ('due', 'sent', 'dead'));
alter table outbox add column claim text collate "C";
alter table outbox add column last_error text collate "C";
drop index outbox_due;
create index outbox_due on outbox (send_after) where state = 'due';
create index outbox_organisation on outbox (organisation_id, state, created_at);
create index outbox_created on outbox (created_at);
create index audit_person on audit (pseudonym, seq) where pseudonym is not null;
create table desk_codes (id text collate "C" primary key, account_id text collate "C" not null, organisation_id text collate "C" not null,
      salt text collate "C" not null, hash text collate "C" not null, created_at bigint not null, expires_at bigint not null,
      spent_at bigint);
create unique index desk_codes_account on desk_codes (account_id);
create index desk_codes_expiry on desk_codes (expires_at);
alter table accounts add column password_scheme text collate "C";
create index accounts_password_scheme on accounts (organisation_id, password_scheme)
      where password_hash is not null;
alter table flows add column address text collate "C";
create index flows_unanswered on flows (address, created_at, id) where address is not null;
alter table idempotency add column address text collate "C";
create index idempotency_address on idempotency (address, expires_at, key)
      where address is not null and answer is not null;
create index counters_updated on counters (updated_at);
create table refusals (key text collate "C" primary key, event text collate "C" not null, result text collate "C" not null,
      organisation_id text collate "C", pseudonym text collate "C", method text collate "C", address text collate "C", started_at bigint not null,
      ends_at bigint not null, repeated integer not null);
create index refusals_end on refusals (ends_at);
create table stopped_logins (address text collate "C" not null, account_id text collate "C" not null, at bigint not null,
      primary key (address, account_id));
create index stopped_logins_at on stopped_logins (at);
create index stopped_logins_address on stopped_logins (address, at);
alter table links add column request_key text collate "C";
alter table links add column sealed text collate "C";
alter table links add column mailed_at bigint;
alter table outbox add column link_id text collate "C";
create unique index links_sealed on links (request_key) where sealed is not null;
create index links_request on links (request_key, mailed_at) where request_key is not null;
create index links_sealed_mailed on links (mailed_at) where sealed is not null;
create index outbox_link on outbox (link_id) where link_id is not null;
alter table desk_codes add column expired_at bigint;
create index flows_open on flows (expires_at) where ended_at is null;
create index sessions_seen on sessions (last_seen_at);
create index devices_remembered on devices (remembered_until) where remembered_until is not null;
create index links_open on links (expires_at) where used_at is null and voided_at is null;
create index desk_codes_open on desk_codes (expires_at) where spent_at is null and expired_at is null;
create table canaries (key_id text collate "C" primary key, sealed text collate "C" not null, created_at bigint not null);
alter table accounts add column codes_due bigint not null default 0;
alter table counters add column soft_resets bigint not null default 0;
alter table counters add column hard_resets bigint not null default 0;
create table password_codes (id text collate "C" primary key, account_id text collate "C" not null,
      organisation_id text collate "C" not null, salt text collate "C" not null, hash text collate "C" not null, created_at bigint not null,
      expires_at bigint not null, spent_at bigint);
create unique index password_codes_account on password_codes (account_id);
create index password_codes_expiry on password_codes (expires_at);
create table desk_acts (id text collate "C" primary key, account_id text collate "C" not null, verb text collate "C" not null,
      actor text collate "C" not null, at bigint not null);
create index desk_acts_account on desk_acts (account_id, at);
create index desk_acts_age on desk_acts (at);
alter table links add column started_by text collate "C";
alter table password_codes add column expired_at bigint;
create index password_codes_open on password_codes (expires_at) where spent_at is null and expired_at is null;
create table if not exists schema_versions
    (version integer primary key, name text not null, applied_at bigint not null);
insert into organisations (id, name, name_key, definition, created_at) values ('alpha', 'Alpha School', 'alpha school', '{"id":"alpha","name":"Alpha School","username":"username","language":"en","policy":{"factor":"mandatory","authenticators":"many","remember":{"choices":["never","12h","1d","3d","1w"],"default":"12h"},"locks":{"soft":10,"hard":100,"firstWaitSeconds":60,"maxWaitSeconds":3600,"ways":["wait","helpdesk"]},"recoveryCodes":true,"confirmPassword":"when-stale","resetBy":"factor","mayReusePassword":false,"selfRegistration":false,"methods":[{"method":"totp"}]},"returnTo":["https://alpha.example","https://alpha.example:8443"],"pages":{}}', '1767225600000');
insert into organisations (id, name, name_key, definition, created_at) values ('beta', 'Beta Clinic', 'beta clinic', '{"id":"beta","name":"Beta Clinic","username":"username","language":"en","policy":{"factor":"mandatory","authenticators":"many","remember":{"choices":["never","12h","1d","3d","1w"],"default":"12h"},"locks":{"soft":10,"hard":100,"firstWaitSeconds":60,"maxWaitSeconds":3600,"ways":["wait","helpdesk"]},"recoveryCodes":true,"confirmPassword":"when-stale","resetBy":"factor","mayReusePassword":false,"selfRegistration":false,"methods":[{"method":"totp"}]},"returnTo":[],"pages":{}}', '1767225600000');
insert into organisations (id, name, name_key, definition, created_at) values ('gamma', 'Gamma', 'gamma', '{"id":"gamma","name":"Gamma","username":"username","language":"en","policy":{"factor":"optional","authenticators":"many","remember":{"choices":["never","12h","1d","3d","1w"],"default":"12h"},"locks":{"soft":10,"hard":100,"firstWaitSeconds":60,"maxWaitSeconds":3600,"ways":["wait","helpdesk"]},"recoveryCodes":true,"confirmPassword":"when-stale","resetBy":"factor","mayReusePassword":false,"selfRegistration":false,"methods":[{"method":"totp"}]},"returnTo":[],"pages":{}}', '1767225600000');
insert into accounts (id, organisation_id, username, username_key, name, email, password_hash, password_changed_at, state, remember_for, created_at, password_scheme, codes_due) values ('-pDhIoWN8yF8zVmrcboKzg', 'alpha', 'ada', 'ada', null, null, '$argon2id$v=19$m=64,t=1,p=1$7JMzypSmG8WSXUDdcbKDqw$t5F9xGNHrGdfkJqYfO4rIPGdcCtG/rrzCyLlLQ9YG1s', '1767225600000', 'active', null, '1767225600000', 'own.64.1.1', '0');
insert into accounts (id, organisation_id, username, username_key, name, email, password_hash, password_changed_at, state, remember_for, created_at, password_scheme, codes_due) values ('dQUnZeNMLbIeZ3phgiJBfw', 'alpha', 'bob', 'bob', null, null, '$argon2id$v=19$m=64,t=1,p=1$i3aa+o4+opogTnDuifu5yA$P+epApGuxWEUfRfqB/gsxrEF2zr1VGrFB7pcN3lYqDs', '1767225600000', 'active', null, '1767225600000', 'own.64.1.1', '0');
insert into audit (seq, id, at, organisation_id, pseudonym, event, result, method, address, flow_id, correlation_id, detail, chain_index, previous_hash, hash) overriding system value values ('1', 'drDTNAJM2jwYaTJfZUVEPQ', '1767225600000', 'alpha', 'e-C9vBy3gtOnPPWYNGC4cA', 'password', 'ok', null, '127.0.0.1', 'xceAd7aMdwsnuPePK2tuug', 'xJR3ezP2miKsbIPPZTNc0w', '{}', '1', 'genesis', 'zXPOz8vIaA14jaKoKGDoKfVJwEC79NoPWKryJBVVG3Y');
insert into audit (seq, id, at, organisation_id, pseudonym, event, result, method, address, flow_id, correlation_id, detail, chain_index, previous_hash, hash) overriding system value values ('2', 'lmQu8x5Raw39Is4Jp74-6Q', '1767225600000', 'alpha', 'e-C9vBy3gtOnPPWYNGC4cA', 'login', 'ok', 'totp', '127.0.0.1', 'xceAd7aMdwsnuPePK2tuug', 'cYVTE4c42i8XEwpKC0VYpw', '{"amr":["pwd","otp","mfa"],"acr":"aal2","step":"totp"}', '2', 'zXPOz8vIaA14jaKoKGDoKfVJwEC79NoPWKryJBVVG3Y', 'mV8296BKO5MFDM6-KXsPJo-rOGDIurltQ4cbAkfHgio');
insert into audit (seq, id, at, organisation_id, pseudonym, event, result, method, address, flow_id, correlation_id, detail, chain_index, previous_hash, hash) overriding system value values ('3', 'uK3I6ThPwLOIprgkjotLew', '1767225600000', 'alpha', 'ZwvVcACvbyRvUjU-Nv85sg', 'password', 'ok', null, '127.0.0.1', '9npsdqD0EJVW5fhqDpbPAw', 'xUO3XfZfOvZiaOx9SKEU6g', '{}', '3', 'mV8296BKO5MFDM6-KXsPJo-rOGDIurltQ4cbAkfHgio', 'cn87bW-kibuTlWWqrMt640MDDJS8J3SgkBmJ1pitMmw');
insert into audit_head (id, chain_index, hash, sealed_at) values (1, '3', 'cn87bW-kibuTlWWqrMt640MDDJS8J3SgkBmJ1pitMmw', '1767225601000');
insert into browsers (id, token_hash, previous_hash, created_at, rotated_at, last_used_at) values ('emSpUQl3VRVzNozmdn1_Gg', 'Af1wxNUcV1Xex6lIn6nP_yKsETuUqBEe96ay9ouu-dQ', null, '1767225600000', '1767225600000', '1767225600000');
insert into canaries (key_id, sealed, created_at) values ('test', 'v1.test.0asF4J6LD5SfTMFX.KQFkJMwnfQqpVgU-9-AevQN8gI3JPriN', '1767225600000');
insert into counters (key, soft, hard, locked_until, updated_at, soft_resets, hard_resets) values ('password.5wFH7Ky5mf-ZCP9l53endnslmJsTZv66UnHY_MPg3O0', 0, 0, '0', '1767225600000', '1', '0');
insert into counters (key, soft, hard, locked_until, updated_at, soft_resets, hard_resets) values ('code.7ekostauu9sGPlg7HgpY6fcjG_fAI4cXvCUn3DAyxeg', 0, 0, '0', '1767225600000', '1', '1');
insert into counters (key, soft, hard, locked_until, updated_at, soft_resets, hard_resets) values ('password.MsSH6YDEcXKq7z6fn0-gNZjUjRnrkso02sUh1rxu81g', 0, 0, '0', '1767225600000', '1', '0');
insert into devices (id, browser_id, account_id, organisation_id, name, remembered_until, factor_time, created_at, last_used_at) values ('30Ha_jf2kopSLYz6fAgLmg', 'emSpUQl3VRVzNozmdn1_Gg', 'dQUnZeNMLbIeZ3phgiJBfw', 'alpha', 'Browser', '1767268800000', '1767225600000', '1767225600000', '1767225600000');
insert into factors (id, account_id, organisation_id, method, name, secret, state, last_step, created_at, last_used_at, ended_at) values ('rkqdwClE8g4z_bjtYTfnSw', '-pDhIoWN8yF8zVmrcboKzg', 'alpha', 'totp', 'Phone', 'v1.test.R_Ma6VdXa1_T1qEw.829C-Rvz6tBJ5Ra6bC40ft-cFXNDQnct8l3bfuMbOwxU5gIj', 'active', '-1', '1767225600000', null, null);
insert into factors (id, account_id, organisation_id, method, name, secret, state, last_step, created_at, last_used_at, ended_at) values ('vo2JJ_PuUpTzRD6iTEEtwQ', 'dQUnZeNMLbIeZ3phgiJBfw', 'alpha', 'totp', 'Phone', 'v1.test.p_4TpXxekSSyaOJ-.XY96pD2w8bg4cDwRuWNKdSJzWXsuMQ6lf1sbRKMKhfO6WBhQ', 'active', '58907520', '1767225600000', '1767225600000', null);
insert into flows (id, token_hash, browser_hash, kind, version, facts, organisation_id, account_id, created_at, expires_at, extensions, ended_at, address) values ('xceAd7aMdwsnuPePK2tuug', '7tU9U_9A3rU-0NHxaGTXX60hh9pT4qcZzdz6XQdbuEo', 'W0-v0SA4VkjWoTLIKh4tN_wb9IlqNHCOPbPmsUbSau0', 'login', 1, '{"organisation":"alpha","account":{"username":"bob","key":"bob"},"person":{"id":"dQUnZeNMLbIeZ3phgiJBfw","username":"bob"},"password":{"at":1767225600000,"changedAt":1767225600000},"has":{"totp":true,"disabled":false,"recoveryCodes":6},"rememberFor":"12h","locks":{},"factor":{"method":"totp","id":"vo2JJ_PuUpTzRD6iTEEtwQ","at":1767225600000},"remember":"12h","result":{"amr":["pwd","otp","mfa"],"acr":"aal2"}}', 'alpha', 'dQUnZeNMLbIeZ3phgiJBfw', '1767225600000', '1767226500000', 0, '1767225600000', null);
insert into flows (id, token_hash, browser_hash, kind, version, facts, organisation_id, account_id, created_at, expires_at, extensions, ended_at, address) values ('9npsdqD0EJVW5fhqDpbPAw', 'EzJgxvBG0yEJcMk05dA8vYD74jMbt8eXd6iErHopiS0', 'ijepGPyWY1JttQgC-pKU5P48xwlp8voSZjx0vuM998Q', 'login', 0, '{"organisation":"alpha","account":{"username":"ada","key":"ada"},"person":{"id":"-pDhIoWN8yF8zVmrcboKzg","username":"ada"},"password":{"at":1767225600000,"changedAt":1767225600000},"has":{"totp":true,"disabled":false,"recoveryCodes":6},"rememberFor":"12h","locks":{}}', 'alpha', '-pDhIoWN8yF8zVmrcboKzg', '1767225600000', '1767226500000', 0, null, null);
insert into leases (name, holder, until) values ('refusals', 'xI-1B7cbOVrL4TLKqywrCw', '1767225631000');
insert into leases (name, holder, until) values ('audit-seal', 'xI-1B7cbOVrL4TLKqywrCw', '1767225631000');
insert into pseudonyms (account_id, pseudonym) values ('-pDhIoWN8yF8zVmrcboKzg', 'ZwvVcACvbyRvUjU-Nv85sg');
insert into pseudonyms (account_id, pseudonym) values ('dQUnZeNMLbIeZ3phgiJBfw', 'e-C9vBy3gtOnPPWYNGC4cA');
insert into recovery_codes (id, account_id, organisation_id, set_id, salt, hash, created_at, spent_at) values ('0bWp6nRKyvBcK776LBQzWQ', '-pDhIoWN8yF8zVmrcboKzg', 'alpha', 'p8HU8bqOcubNKZhA-N-8vg', 'm=64,t=1,p=1$klo_LEOgTuhK5B43icjEqQ', 'IpPPjE4PNibjU-9bCIdPHusoHzopPgQuMLqGTvJRp5o', '1767225600000', null);
insert into recovery_codes (id, account_id, organisation_id, set_id, salt, hash, created_at, spent_at) values ('AMAWN_qt1BmjP8OrzJ1JWg', '-pDhIoWN8yF8zVmrcboKzg', 'alpha', 'p8HU8bqOcubNKZhA-N-8vg', 'm=64,t=1,p=1$klo_LEOgTuhK5B43icjEqQ', 'bABX0lwsKqLuwtKAvyXxLMPaI4Nh10i46hQu5dYKu8U', '1767225600000', null);
insert into recovery_codes (id, account_id, organisation_id, set_id, salt, hash, created_at, spent_at) values ('kgCbWT-gI97ioSwhwLt51w', '-pDhIoWN8yF8zVmrcboKzg', 'alpha', 'p8HU8bqOcubNKZhA-N-8vg', 'm=64,t=1,p=1$klo_LEOgTuhK5B43icjEqQ', 'RzWyGJBS9jpTv_uWqT3WRU1NSgl94HDIpkcjJr-kfm4', '1767225600000', null);
insert into recovery_codes (id, account_id, organisation_id, set_id, salt, hash, created_at, spent_at) values ('Vf-3ESLPHARrr242DIikkQ', '-pDhIoWN8yF8zVmrcboKzg', 'alpha', 'p8HU8bqOcubNKZhA-N-8vg', 'm=64,t=1,p=1$klo_LEOgTuhK5B43icjEqQ', 'mzkbl7NgqfKzB_9McbNi1J6D4kziR8xpChzVap-tDTw', '1767225600000', null);
insert into recovery_codes (id, account_id, organisation_id, set_id, salt, hash, created_at, spent_at) values ('sb_M3MdYFgys_AUgg_lukQ', '-pDhIoWN8yF8zVmrcboKzg', 'alpha', 'p8HU8bqOcubNKZhA-N-8vg', 'm=64,t=1,p=1$klo_LEOgTuhK5B43icjEqQ', 'mAgUolghxT6Eo9vrx7stwUiu7j2q9kSsmPbLIryZkT0', '1767225600000', null);
insert into recovery_codes (id, account_id, organisation_id, set_id, salt, hash, created_at, spent_at) values ('dHaATBcqA_QgVkIZj0wCtw', '-pDhIoWN8yF8zVmrcboKzg', 'alpha', 'p8HU8bqOcubNKZhA-N-8vg', 'm=64,t=1,p=1$klo_LEOgTuhK5B43icjEqQ', 'Nqm52RpYKb9A5lnbISgSxjB0xD7RbPovHxNJvXi6PkQ', '1767225600000', null);
insert into recovery_codes (id, account_id, organisation_id, set_id, salt, hash, created_at, spent_at) values ('yctGrl69D7QokPxdx7dD_g', 'dQUnZeNMLbIeZ3phgiJBfw', 'alpha', 'WNeEAab_c2FYWuunDcLzJw', 'm=64,t=1,p=1$CegTFDrh9hYDFZ7bH6EaWA', 'iTqpmYc-9zXj9vEN1QFjAsIt4Nxu0hrojyFplxwC-3o', '1767225600000', null);
insert into recovery_codes (id, account_id, organisation_id, set_id, salt, hash, created_at, spent_at) values ('WTlihkhaCDOakdVwOdQZvw', 'dQUnZeNMLbIeZ3phgiJBfw', 'alpha', 'WNeEAab_c2FYWuunDcLzJw', 'm=64,t=1,p=1$CegTFDrh9hYDFZ7bH6EaWA', 'ArHUpf3hRJ4rpscfyI2Nr4693XPiOnyIWiDea0h_SYY', '1767225600000', null);
insert into recovery_codes (id, account_id, organisation_id, set_id, salt, hash, created_at, spent_at) values ('EKNzC0CCsR65B7xPz3Rg-Q', 'dQUnZeNMLbIeZ3phgiJBfw', 'alpha', 'WNeEAab_c2FYWuunDcLzJw', 'm=64,t=1,p=1$CegTFDrh9hYDFZ7bH6EaWA', 'e9v8e2898kwI1QcN7So2znozAU79Zy8hLH_cvpJHo0c', '1767225600000', null);
insert into recovery_codes (id, account_id, organisation_id, set_id, salt, hash, created_at, spent_at) values ('l4bQrTb302bzTR49U-VKUg', 'dQUnZeNMLbIeZ3phgiJBfw', 'alpha', 'WNeEAab_c2FYWuunDcLzJw', 'm=64,t=1,p=1$CegTFDrh9hYDFZ7bH6EaWA', 'J5S0VQpQaK-stESp1Ud1VWF3RpsdwHInh4zcCST4IZc', '1767225600000', null);
insert into recovery_codes (id, account_id, organisation_id, set_id, salt, hash, created_at, spent_at) values ('A0p8WhhsYEip8ohPutFzaA', 'dQUnZeNMLbIeZ3phgiJBfw', 'alpha', 'WNeEAab_c2FYWuunDcLzJw', 'm=64,t=1,p=1$CegTFDrh9hYDFZ7bH6EaWA', '8Dv_x-Fxadn4OeepCEJVv_tgpZTB0frZlxojxX3UJxk', '1767225600000', null);
insert into recovery_codes (id, account_id, organisation_id, set_id, salt, hash, created_at, spent_at) values ('Jc0ciX9RDTyxpvsOHErUkQ', 'dQUnZeNMLbIeZ3phgiJBfw', 'alpha', 'WNeEAab_c2FYWuunDcLzJw', 'm=64,t=1,p=1$CegTFDrh9hYDFZ7bH6EaWA', 'C2FveVlulbf5JKWFLbewTvGnkDrQ4MRi0G-Bxgnuivk', '1767225600000', null);
insert into schema_versions (version, name, applied_at) values (1, '0001-initial', '0');
insert into schema_versions (version, name, applied_at) values (2, '0002-links', '0');
insert into schema_versions (version, name, applied_at) values (3, '0003-outbox', '0');
insert into schema_versions (version, name, applied_at) values (4, '0004-account-events', '0');
insert into schema_versions (version, name, applied_at) values (5, '0005-desk-codes', '0');
insert into schema_versions (version, name, applied_at) values (6, '0006-password-scheme', '0');
insert into schema_versions (version, name, applied_at) values (7, '0007-bounds', '0');
insert into schema_versions (version, name, applied_at) values (8, '0008-link-requests', '0');
insert into schema_versions (version, name, applied_at) values (9, '0009-ends', '0');
insert into schema_versions (version, name, applied_at) values (10, '0010-locks', '0');
insert into schema_versions (version, name, applied_at) values (11, '0011-desk-passwords', '0');
insert into schema_versions (version, name, applied_at) values (12, '0012-password-code-ends', '0');
insert into sessions (id_hash, account_id, organisation_id, amr, acr, auth_time, factor_time, recovery, created_at, last_seen_at, expires_at) values ('KCf9QCzGvyepVJsf-v0hnGlmqVQDvlXfXJ2uDhzfTfM', 'dQUnZeNMLbIeZ3phgiJBfw', 'alpha', '["pwd","otp","mfa"]', 'aal2', '1767225600000', '1767225600000', 0, '1767225600000', '1767225600000', '1767312000000');
insert into stopped_logins (address, account_id, at) values ('127.0.0.1', '-pDhIoWN8yF8zVmrcboKzg', '1767225600000');
select setval('audit_seq_seq', 3);
