CREATE TABLE schema_versions
    (version integer primary key, name text not null, applied_at bigint not null);
CREATE TABLE organisations (id text primary key, name text not null, name_key text not null,
      definition text not null, created_at bigint not null);
CREATE TABLE accounts (id text primary key, organisation_id text not null, username text not null,
      username_key text not null, name text, email text, password_hash text, password_changed_at bigint,
      state text not null check (state in ('active', 'disabled')), remember_for text,
      created_at bigint not null, password_scheme text, codes_due bigint not null default 0);
CREATE TABLE factors (id text primary key, account_id text not null, organisation_id text not null,
      method text not null, name text not null, secret text not null,
      state text not null check (state in ('active', 'replaced', 'disabled', 'lost')), last_step bigint not null,
      created_at bigint not null, last_used_at bigint, ended_at bigint);
CREATE TABLE burnt_steps (factor_id text not null, step bigint not null, until bigint not null,
      primary key (factor_id, step));
CREATE TABLE recovery_codes (id text primary key, account_id text not null,
      organisation_id text not null, set_id text not null, salt text not null, hash text not null,
      created_at bigint not null, spent_at bigint);
CREATE TABLE counters (key text primary key, soft integer not null, hard integer not null,
      locked_until bigint not null, updated_at bigint not null, soft_resets bigint not null default 0, hard_resets bigint not null default 0);
CREATE TABLE flows (id text primary key, token_hash text not null, browser_hash text not null,
      kind text not null, version integer not null, facts text not null, organisation_id text,
      account_id text, created_at bigint not null, expires_at bigint not null, extensions integer not null,
      ended_at bigint, address text);
CREATE TABLE sessions (id_hash text primary key, account_id text not null,
      organisation_id text not null, amr text not null, acr text not null, auth_time bigint not null,
      factor_time bigint, recovery integer not null, created_at bigint not null, last_seen_at bigint not null,
      expires_at bigint not null);
CREATE TABLE browsers (id text primary key, token_hash text not null, previous_hash text,
      created_at bigint not null, rotated_at bigint not null, last_used_at bigint not null);
CREATE TABLE devices (id text primary key, browser_id text not null, account_id text not null,
      organisation_id text not null, name text not null, remembered_until bigint, factor_time bigint,
      created_at bigint not null, last_used_at bigint not null);
CREATE TABLE idempotency (key text primary key, request_hash text not null, answer text,
      expires_at bigint not null, address text);
CREATE TABLE audit (seq integer, id text not null, at bigint not null, organisation_id text,
      pseudonym text, event text not null, result text not null, method text, address text,
      flow_id text, correlation_id text, detail text, chain_index bigint, previous_hash text,
      hash text, primary key (seq autoincrement));
CREATE TABLE audit_head (id integer primary key check (id = 1), chain_index bigint not null,
      hash text not null, sealed_at bigint not null);
CREATE TABLE pseudonyms (account_id text primary key, pseudonym text not null);
CREATE TABLE outbox (id text primary key, organisation_id text not null, account_id text,
      channel text not null check (channel in ('mail')), template text not null, data text not null,
      created_at bigint not null, send_after bigint not null, attempts integer not null, sent_at bigint, state text not null default 'due' check (state in ('due', 'sent', 'dead')), claim text, last_error text, link_id text);
CREATE TABLE leases (name text primary key, holder text not null, until bigint not null);
CREATE TABLE links (id text primary key, token_hash text not null,
      purpose text not null check (purpose in ('activate', 'reset', 'unlock', 'register')),
      account_id text, organisation_id text not null, email text, created_at bigint not null,
      expires_at bigint not null, used_at bigint, voided_at bigint, request_key text, sealed text, mailed_at bigint, started_by text);
CREATE TABLE desk_codes (id text primary key, account_id text not null, organisation_id text not null,
      salt text not null, hash text not null, created_at bigint not null, expires_at bigint not null,
      spent_at bigint, expired_at bigint);
CREATE TABLE refusals (key text primary key, event text not null, result text not null,
      organisation_id text, pseudonym text, method text, address text, started_at bigint not null,
      ends_at bigint not null, repeated integer not null);
CREATE TABLE stopped_logins (address text not null, account_id text not null, at bigint not null,
      primary key (address, account_id));
CREATE TABLE canaries (key_id text primary key, sealed text not null, created_at bigint not null);
CREATE TABLE password_codes (id text primary key, account_id text not null,
      organisation_id text not null, salt text not null, hash text not null, created_at bigint not null,
      expires_at bigint not null, spent_at bigint, expired_at bigint);
CREATE TABLE desk_acts (id text primary key, account_id text not null, verb text not null,
      actor text not null, at bigint not null);
CREATE UNIQUE INDEX accounts_username on accounts (organisation_id, username_key);
CREATE INDEX factors_account on factors (account_id);
CREATE INDEX factors_ended on factors (ended_at) where state in ('replaced', 'lost');
CREATE INDEX burnt_steps_until on burnt_steps (until);
CREATE INDEX recovery_codes_account on recovery_codes (account_id);
CREATE INDEX counters_idle on counters (updated_at) where hard = 0;
CREATE INDEX flows_expiry on flows (expires_at);
CREATE INDEX flows_ended on flows (ended_at) where ended_at is not null;
CREATE INDEX flows_account on flows (account_id) where account_id is not null;
CREATE INDEX sessions_account on sessions (account_id);
CREATE INDEX sessions_expiry on sessions (expires_at);
CREATE UNIQUE INDEX browsers_token on browsers (token_hash);
CREATE UNIQUE INDEX browsers_previous on browsers (previous_hash) where previous_hash is not null;
CREATE INDEX browsers_idle on browsers (last_used_at);
CREATE UNIQUE INDEX devices_person on devices (browser_id, account_id);
CREATE INDEX devices_account on devices (account_id);
CREATE INDEX devices_idle on devices (last_used_at);
CREATE INDEX idempotency_expiry on idempotency (expires_at);
CREATE UNIQUE INDEX audit_id on audit (id);
CREATE UNIQUE INDEX audit_chain on audit (chain_index);
CREATE INDEX audit_unsealed on audit (seq) where chain_index is null;
CREATE UNIQUE INDEX pseudonyms_pseudonym on pseudonyms (pseudonym);
CREATE INDEX outbox_account on outbox (account_id) where account_id is not null;
CREATE UNIQUE INDEX links_token on links (token_hash);
CREATE INDEX links_account on links (account_id) where account_id is not null;
CREATE INDEX links_email on links (organisation_id, email) where account_id is null;
CREATE INDEX links_expiry on links (expires_at);
CREATE INDEX outbox_due on outbox (send_after) where state = 'due';
CREATE INDEX outbox_organisation on outbox (organisation_id, state, created_at);
CREATE INDEX outbox_created on outbox (created_at);
CREATE INDEX audit_person on audit (pseudonym, seq) where pseudonym is not null;
CREATE UNIQUE INDEX desk_codes_account on desk_codes (account_id);
CREATE INDEX desk_codes_expiry on desk_codes (expires_at);
CREATE INDEX accounts_password_scheme on accounts (organisation_id, password_scheme)
      where password_hash is not null;
CREATE INDEX flows_unanswered on flows (address, created_at, id) where address is not null;
CREATE INDEX idempotency_address on idempotency (address, expires_at, key)
      where address is not null and answer is not null;
CREATE INDEX counters_updated on counters (updated_at);
CREATE INDEX refusals_end on refusals (ends_at);
CREATE INDEX stopped_logins_at on stopped_logins (at);
CREATE INDEX stopped_logins_address on stopped_logins (address, at);
CREATE UNIQUE INDEX links_sealed on links (request_key) where sealed is not null;
CREATE INDEX links_request on links (request_key, mailed_at) where request_key is not null;
CREATE INDEX links_sealed_mailed on links (mailed_at) where sealed is not null;
CREATE INDEX outbox_link on outbox (link_id) where link_id is not null;
CREATE INDEX flows_open on flows (expires_at) where ended_at is null;
CREATE INDEX sessions_seen on sessions (last_seen_at);
CREATE INDEX devices_remembered on devices (remembered_until) where remembered_until is not null;
CREATE INDEX links_open on links (expires_at) where used_at is null and voided_at is null;
CREATE INDEX desk_codes_open on desk_codes (expires_at) where spent_at is null and expired_at is null;
CREATE UNIQUE INDEX password_codes_account on password_codes (account_id);
CREATE INDEX password_codes_expiry on password_codes (expires_at);
CREATE INDEX desk_acts_account on desk_acts (account_id, at);
CREATE INDEX desk_acts_age on desk_acts (at);
CREATE INDEX password_codes_open on password_codes (expires_at) where spent_at is null and expired_at is null;
insert into schema_versions (version, name, applied_at) values (1, '0001-initial', 1767225600000);
insert into schema_versions (version, name, applied_at) values (2, '0002-links', 1767225600000);
insert into schema_versions (version, name, applied_at) values (3, '0003-outbox', 1767225600000);
insert into schema_versions (version, name, applied_at) values (4, '0004-account-events', 1767225600000);
insert into schema_versions (version, name, applied_at) values (5, '0005-desk-codes', 1767225600000);
insert into schema_versions (version, name, applied_at) values (6, '0006-password-scheme', 1767225600000);
insert into schema_versions (version, name, applied_at) values (7, '0007-bounds', 1767225600000);
insert into schema_versions (version, name, applied_at) values (8, '0008-link-requests', 1767225600000);
insert into schema_versions (version, name, applied_at) values (9, '0009-ends', 1767225600000);
insert into schema_versions (version, name, applied_at) values (10, '0010-locks', 1767225600000);
insert into schema_versions (version, name, applied_at) values (11, '0011-desk-passwords', 1767225600000);
insert into schema_versions (version, name, applied_at) values (12, '0012-password-code-ends', 1767225600000);
insert into organisations (id, name, name_key, definition, created_at) values ('alpha', 'Alpha School', 'alpha school', '{"id":"alpha","name":"Alpha School","username":"username","language":"en","policy":{"factor":"mandatory","authenticators":"many","remember":{"choices":["never","12h","1d","3d","1w"],"default":"12h"},"locks":{"soft":10,"hard":100,"firstWaitSeconds":60,"maxWaitSeconds":3600,"ways":["wait","helpdesk"]},"recoveryCodes":true,"confirmPassword":"when-stale","resetBy":"factor","mayReusePassword":false,"selfRegistration":false,"methods":[{"method":"totp"}]},"returnTo":["https://alpha.example","https://alpha.example:8443"],"pages":{}}', 1767225600000);
insert into organisations (id, name, name_key, definition, created_at) values ('beta', 'Beta Clinic', 'beta clinic', '{"id":"beta","name":"Beta Clinic","username":"username","language":"en","policy":{"factor":"mandatory","authenticators":"many","remember":{"choices":["never","12h","1d","3d","1w"],"default":"12h"},"locks":{"soft":10,"hard":100,"firstWaitSeconds":60,"maxWaitSeconds":3600,"ways":["wait","helpdesk"]},"recoveryCodes":true,"confirmPassword":"when-stale","resetBy":"factor","mayReusePassword":false,"selfRegistration":false,"methods":[{"method":"totp"}]},"returnTo":[],"pages":{}}', 1767225600000);
insert into organisations (id, name, name_key, definition, created_at) values ('gamma', 'Gamma', 'gamma', '{"id":"gamma","name":"Gamma","username":"username","language":"en","policy":{"factor":"optional","authenticators":"many","remember":{"choices":["never","12h","1d","3d","1w"],"default":"12h"},"locks":{"soft":10,"hard":100,"firstWaitSeconds":60,"maxWaitSeconds":3600,"ways":["wait","helpdesk"]},"recoveryCodes":true,"confirmPassword":"when-stale","resetBy":"factor","mayReusePassword":false,"selfRegistration":false,"methods":[{"method":"totp"}]},"returnTo":[],"pages":{}}', 1767225600000);
insert into accounts (id, organisation_id, username, username_key, name, email, password_hash, password_changed_at, state, remember_for, created_at, password_scheme, codes_due) values ('gzqLKnHsThVikAcRS38gMw', 'alpha', 'ada', 'ada', null, null, '$argon2id$v=19$m=64,t=1,p=1$24qD97GLWrO8RGwD9rQKiw$NHk0fn8OnoFxRlT99twO6IFe9STGyY6XuSoHj7++LIU', 1767225600000, 'active', null, 1767225600000, 'own.64.1.1', 0);
insert into accounts (id, organisation_id, username, username_key, name, email, password_hash, password_changed_at, state, remember_for, created_at, password_scheme, codes_due) values ('SI5X9MG67n9s4VQnQpcHWA', 'alpha', 'bob', 'bob', null, null, '$argon2id$v=19$m=64,t=1,p=1$8l+MEfZTOqfJpNF74Jr6Lw$QOQZcj++ixGqJ1d0LPSn6jg4Hm4LqHWCTiKbtvg7exM', 1767225600000, 'active', null, 1767225600000, 'own.64.1.1', 0);
insert into factors (id, account_id, organisation_id, method, name, secret, state, last_step, created_at, last_used_at, ended_at) values ('Zgl-iAuJ9PAlyjbG35qjZA', 'gzqLKnHsThVikAcRS38gMw', 'alpha', 'totp', 'Phone', 'v1.test.1bAvCZI-MC9miMZ6.JHRDOxCYkYnNCNyM5nnnFotWAHCOXkIQmNwvXJUKD0-QwIYb', 'active', -1, 1767225600000, null, null);
insert into factors (id, account_id, organisation_id, method, name, secret, state, last_step, created_at, last_used_at, ended_at) values ('aY8HWoqa7ngqkRASkrQ60Q', 'SI5X9MG67n9s4VQnQpcHWA', 'alpha', 'totp', 'Phone', 'v1.test.Ud9cAmcrdXHrEiLr.1_Uyc3AV0cXmBOeTaiR_SR5ZsXPBCotDvGJ6OMLunPwiUV3X', 'active', 58907520, 1767225600000, 1767225600000, null);
insert into recovery_codes (id, account_id, organisation_id, set_id, salt, hash, created_at, spent_at) values ('3RgYRM5Wl6ySKDd5lcYPMQ', 'gzqLKnHsThVikAcRS38gMw', 'alpha', 'ajdTWinu0jyW1Rdm3QPlqg', 'm=64,t=1,p=1$98h8MnZnW8LUwNVWI5KElw', 'zKRev5lDIs_im5h_JBa5dU05ZZttjltDtfNIyzstcaM', 1767225600000, null);
insert into recovery_codes (id, account_id, organisation_id, set_id, salt, hash, created_at, spent_at) values ('peH9oPG-XM4rk8h9st0b2g', 'gzqLKnHsThVikAcRS38gMw', 'alpha', 'ajdTWinu0jyW1Rdm3QPlqg', 'm=64,t=1,p=1$98h8MnZnW8LUwNVWI5KElw', 'Y4IRQ_1nd9_wnBQ9s8WX325_MYy_xeiqlMZ70ze-RrY', 1767225600000, null);
insert into recovery_codes (id, account_id, organisation_id, set_id, salt, hash, created_at, spent_at) values ('-SHKAVp2mqYHxDP51ihKOQ', 'gzqLKnHsThVikAcRS38gMw', 'alpha', 'ajdTWinu0jyW1Rdm3QPlqg', 'm=64,t=1,p=1$98h8MnZnW8LUwNVWI5KElw', '9ig_D4Xy_P_cZFjoAQvkCnwhX2jLbPmbPyno-_Kdzvs', 1767225600000, null);
insert into recovery_codes (id, account_id, organisation_id, set_id, salt, hash, created_at, spent_at) values ('aknnC-DWHlSdNwVq_0xcdw', 'gzqLKnHsThVikAcRS38gMw', 'alpha', 'ajdTWinu0jyW1Rdm3QPlqg', 'm=64,t=1,p=1$98h8MnZnW8LUwNVWI5KElw', 'yT0fZBIfgXcoM8WS9xAqAwE-4vsGzxx8s9QlJdHonFw', 1767225600000, null);
insert into recovery_codes (id, account_id, organisation_id, set_id, salt, hash, created_at, spent_at) values ('gijiGLk9v29YGqPPI_1BqQ', 'gzqLKnHsThVikAcRS38gMw', 'alpha', 'ajdTWinu0jyW1Rdm3QPlqg', 'm=64,t=1,p=1$98h8MnZnW8LUwNVWI5KElw', 'mHB0trjwdYTbWJz9en-K-hg1hwlZ4059jDysGL3T3hc', 1767225600000, null);
insert into recovery_codes (id, account_id, organisation_id, set_id, salt, hash, created_at, spent_at) values ('fTd1OxlXGoiPHJFsHsSMZA', 'gzqLKnHsThVikAcRS38gMw', 'alpha', 'ajdTWinu0jyW1Rdm3QPlqg', 'm=64,t=1,p=1$98h8MnZnW8LUwNVWI5KElw', 'S4QTRyfUbA1fNjNB0qFu-JFyvWtjhJ3djhlJ3trHzCI', 1767225600000, null);
insert into recovery_codes (id, account_id, organisation_id, set_id, salt, hash, created_at, spent_at) values ('oI9LUXKf0SfqIZ4fJA8xrA', 'SI5X9MG67n9s4VQnQpcHWA', 'alpha', 'QxkUuFK1tI_3ZOJbx4EIgw', 'm=64,t=1,p=1$JT3k88cOsnGIs5zhF3RL3A', 'OW9VgEodgUJPJTwdck-0dfJn6KcNL_NMsTFgkg08S7o', 1767225600000, null);
insert into recovery_codes (id, account_id, organisation_id, set_id, salt, hash, created_at, spent_at) values ('LE28-qbYvQ_iefLMczibDA', 'SI5X9MG67n9s4VQnQpcHWA', 'alpha', 'QxkUuFK1tI_3ZOJbx4EIgw', 'm=64,t=1,p=1$JT3k88cOsnGIs5zhF3RL3A', 'B7CpmKnAim7TQo_enHCGKD-z21-LvJloEYtZZydqPIg', 1767225600000, null);
insert into recovery_codes (id, account_id, organisation_id, set_id, salt, hash, created_at, spent_at) values ('LOKHqVafEuq_cg8bdOuzPg', 'SI5X9MG67n9s4VQnQpcHWA', 'alpha', 'QxkUuFK1tI_3ZOJbx4EIgw', 'm=64,t=1,p=1$JT3k88cOsnGIs5zhF3RL3A', 'YbRIuab7CGnJmBewvf7LX-gIXzfU2d2WrkODqlhAHMA', 1767225600000, null);
insert into recovery_codes (id, account_id, organisation_id, set_id, salt, hash, created_at, spent_at) values ('gqOZ7O06OfPTbeZehdAqSg', 'SI5X9MG67n9s4VQnQpcHWA', 'alpha', 'QxkUuFK1tI_3ZOJbx4EIgw', 'm=64,t=1,p=1$JT3k88cOsnGIs5zhF3RL3A', 'EpfTOrBvCHJANyx6zsTjoqHOxGz6-FH7AG64vsRGtBY', 1767225600000, null);
insert into recovery_codes (id, account_id, organisation_id, set_id, salt, hash, created_at, spent_at) values ('hn0qnpgD4bZjeCJgaJ2Pfw', 'SI5X9MG67n9s4VQnQpcHWA', 'alpha', 'QxkUuFK1tI_3ZOJbx4EIgw', 'm=64,t=1,p=1$JT3k88cOsnGIs5zhF3RL3A', '_Rp4xRT0yyB24WQmpGikPixiXIZ3rsZVN-P8w2zeUac', 1767225600000, null);
insert into recovery_codes (id, account_id, organisation_id, set_id, salt, hash, created_at, spent_at) values ('HAsxfrPoToEcKbDH6oNrBQ', 'SI5X9MG67n9s4VQnQpcHWA', 'alpha', 'QxkUuFK1tI_3ZOJbx4EIgw', 'm=64,t=1,p=1$JT3k88cOsnGIs5zhF3RL3A', 'hU4LUIr4uifVNI_iN5vQllph0XTFfsB4pPhJaORR0BI', 1767225600000, null);
insert into counters (key, soft, hard, locked_until, updated_at, soft_resets, hard_resets) values ('password.5wFH7Ky5mf-ZCP9l53endnslmJsTZv66UnHY_MPg3O0', 0, 0, 0, 1767225600000, 1, 0);
insert into counters (key, soft, hard, locked_until, updated_at, soft_resets, hard_resets) values ('code.hfwp8LhRGzlOsXAGVIIgQXraPLt8Vn6zWldmxI5iy6o', 0, 0, 0, 1767225600000, 1, 1);
insert into counters (key, soft, hard, locked_until, updated_at, soft_resets, hard_resets) values ('password.MsSH6YDEcXKq7z6fn0-gNZjUjRnrkso02sUh1rxu81g', 0, 0, 0, 1767225600000, 1, 0);
insert into flows (id, token_hash, browser_hash, kind, version, facts, organisation_id, account_id, created_at, expires_at, extensions, ended_at, address) values ('sI3jSZf1CK7bEnyc-PLIfA', '-BccFg7S_MhoX2NYJCxL3_Vob82l1KIlP-_ERMwp9aM', 'Tg9MGRPNVnrU2nbwZbqVvluu8ckkNhFSGHRCxXi6iC4', 'login', 1, '{"organisation":"alpha","account":{"username":"bob","key":"bob"},"person":{"id":"SI5X9MG67n9s4VQnQpcHWA","username":"bob"},"password":{"at":1767225600000,"changedAt":1767225600000},"has":{"totp":true,"disabled":false,"recoveryCodes":6},"rememberFor":"12h","locks":{},"factor":{"method":"totp","id":"aY8HWoqa7ngqkRASkrQ60Q","at":1767225600000},"remember":"12h","result":{"amr":["pwd","otp","mfa"],"acr":"aal2"}}', 'alpha', 'SI5X9MG67n9s4VQnQpcHWA', 1767225600000, 1767226500000, 0, 1767225600000, null);
insert into flows (id, token_hash, browser_hash, kind, version, facts, organisation_id, account_id, created_at, expires_at, extensions, ended_at, address) values ('N9ImLei6Gs_UtL_HNOf2zA', 'jwyFz5oRMD2CXECQOgVw1BWGd4x1tjApa5dSyTQrAU8', 'GUwA4cMjhS5v9bUtnnt74FcU96t9zGCrM_6a_xGPj7E', 'login', 0, '{"organisation":"alpha","account":{"username":"ada","key":"ada"},"person":{"id":"gzqLKnHsThVikAcRS38gMw","username":"ada"},"password":{"at":1767225600000,"changedAt":1767225600000},"has":{"totp":true,"disabled":false,"recoveryCodes":6},"rememberFor":"12h","locks":{}}', 'alpha', 'gzqLKnHsThVikAcRS38gMw', 1767225600000, 1767226500000, 0, null, null);
insert into sessions (id_hash, account_id, organisation_id, amr, acr, auth_time, factor_time, recovery, created_at, last_seen_at, expires_at) values ('WrtdAf6fbRFKoB9uoWEVF5W_th_2diz2cNFuVchSL6k', 'SI5X9MG67n9s4VQnQpcHWA', 'alpha', '["pwd","otp","mfa"]', 'aal2', 1767225600000, 1767225600000, 0, 1767225600000, 1767225600000, 1767312000000);
insert into browsers (id, token_hash, previous_hash, created_at, rotated_at, last_used_at) values ('S63q4LqVuI2xvRydw2wWcQ', 'Mq6_E27OAP4s8z6qBwcU6BW9mRA_Xum9s_GNw4CAaFA', null, 1767225600000, 1767225600000, 1767225600000);
insert into devices (id, browser_id, account_id, organisation_id, name, remembered_until, factor_time, created_at, last_used_at) values ('EO0hzB4NcZvkSsvDmF04Cw', 'S63q4LqVuI2xvRydw2wWcQ', 'SI5X9MG67n9s4VQnQpcHWA', 'alpha', 'Browser', 1767268800000, 1767225600000, 1767225600000, 1767225600000);
insert into audit (seq, id, at, organisation_id, pseudonym, event, result, method, address, flow_id, correlation_id, detail, chain_index, previous_hash, hash) values (1, 'ssbVqjflGD5EL9lJlFXMDg', 1767225600000, 'alpha', 'U0WJpYqJ9TSMh400GNCPtQ', 'password', 'ok', null, '127.0.0.1', 'sI3jSZf1CK7bEnyc-PLIfA', 'VVOAEm5UGo6naU7PtPZwhA', '{}', 1, 'genesis', '6ua1yOCaUJFS0e5IGUZ6oercn3KnbxgehS3GsMKlemU');
insert into audit (seq, id, at, organisation_id, pseudonym, event, result, method, address, flow_id, correlation_id, detail, chain_index, previous_hash, hash) values (2, '62X_S5n23yyKPuqtMtwa3g', 1767225600000, 'alpha', 'U0WJpYqJ9TSMh400GNCPtQ', 'login', 'ok', 'totp', '127.0.0.1', 'sI3jSZf1CK7bEnyc-PLIfA', 'gSoAdC-iBy4eR_YsO2vksQ', '{"amr":["pwd","otp","mfa"],"acr":"aal2","step":"totp"}', 2, '6ua1yOCaUJFS0e5IGUZ6oercn3KnbxgehS3GsMKlemU', 's7UEdIZgg-RqnNgtSv2-yAU-ybDSz7pn68yGGPWaxrY');
insert into audit (seq, id, at, organisation_id, pseudonym, event, result, method, address, flow_id, correlation_id, detail, chain_index, previous_hash, hash) values (3, 'nbI37Kxq4qB3rhz95qusvA', 1767225600000, 'alpha', '2aq3QzWzfUNGtNJtnKV8KA', 'password', 'ok', null, '127.0.0.1', 'N9ImLei6Gs_UtL_HNOf2zA', 'SaYgLW1l5GXZBzB4FqFXDQ', '{}', 3, 's7UEdIZgg-RqnNgtSv2-yAU-ybDSz7pn68yGGPWaxrY', 'iczPpNHu66Jcm7LIgSpjDIubVMelUlpq6fTu6KgaB10');
insert into audit_head (id, chain_index, hash, sealed_at) values (1, 3, 'iczPpNHu66Jcm7LIgSpjDIubVMelUlpq6fTu6KgaB10', 1767225601000);
insert into pseudonyms (account_id, pseudonym) values ('gzqLKnHsThVikAcRS38gMw', '2aq3QzWzfUNGtNJtnKV8KA');
insert into pseudonyms (account_id, pseudonym) values ('SI5X9MG67n9s4VQnQpcHWA', 'U0WJpYqJ9TSMh400GNCPtQ');
insert into leases (name, holder, until) values ('refusals', '4TlnZUCyGaKEHP0zG0efWw', 1767225631000);
insert into leases (name, holder, until) values ('audit-seal', '4TlnZUCyGaKEHP0zG0efWw', 1767225631000);
insert into stopped_logins (address, account_id, at) values ('127.0.0.1', 'gzqLKnHsThVikAcRS38gMw', 1767225600000);
insert into canaries (key_id, sealed, created_at) values ('test', 'v1.test.dBWPvKWnr_n-A4Wh.d-2GixNS8qADqbjaenu8qniq6LjSPkpl', 1767225600000);
CREATE TRIGGER audit_no_delete before delete on audit begin select raise(abort, 'the audit only grows'); end;
CREATE TRIGGER audit_sealed before update on audit when old.hash is not null
    begin select raise(abort, 'a sealed audit entry never changes'); end;
CREATE TRIGGER audit_content before update of seq, id, at, organisation_id, pseudonym, event, result, method, address, flow_id, correlation_id, detail on audit
    begin select raise(abort, 'an audit entry never changes'); end;
