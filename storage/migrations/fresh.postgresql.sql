CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

CREATE TABLE live_versions (
	community VARCHAR COLLATE "C" NOT NULL, 
	name VARCHAR COLLATE "C" NOT NULL, 
	number BIGINT NOT NULL, 
	decided_by VARCHAR COLLATE "C", 
	decided_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	CONSTRAINT pk_live_versions PRIMARY KEY (community, name)
);

CREATE TABLE live_moves (
	id BIGSERIAL NOT NULL, 
	community VARCHAR COLLATE "C" NOT NULL, 
	name VARCHAR COLLATE "C" NOT NULL, 
	number BIGINT NOT NULL, 
	"user" VARCHAR COLLATE "C", 
	reason TEXT COLLATE "C", 
	moved_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	CONSTRAINT pk_live_moves PRIMARY KEY (id)
);

CREATE INDEX ix_live_moves_community_name ON live_moves (community, name);

CREATE TABLE hub_models (
	id BIGSERIAL NOT NULL, 
	community VARCHAR COLLATE "C" NOT NULL, 
	name VARCHAR COLLATE "C" NOT NULL, 
	repo_id VARCHAR COLLATE "C" NOT NULL, 
	revision VARCHAR COLLATE "C" NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	license VARCHAR COLLATE "C", 
	"user" VARCHAR COLLATE "C", 
	created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	CONSTRAINT pk_hub_models PRIMARY KEY (id), 
	CONSTRAINT uq_hub_models_community_name UNIQUE (community, name)
);

CREATE INDEX ix_hub_models_repo_id ON hub_models (repo_id);

CREATE TABLE settings (
	community VARCHAR COLLATE "C" NOT NULL, 
	name VARCHAR COLLATE "C" NOT NULL, 
	value JSON NOT NULL, 
	updated_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	CONSTRAINT pk_settings PRIMARY KEY (community, name)
);

CREATE TABLE choices (
	community VARCHAR COLLATE "C" NOT NULL, 
	"user" VARCHAR COLLATE "C" NOT NULL, 
	language VARCHAR COLLATE "C", 
	may_train BOOLEAN NOT NULL, 
	CONSTRAINT pk_choices PRIMARY KEY (community, "user")
);

CREATE TABLE departures (
	community VARCHAR COLLATE "C" NOT NULL, 
	left_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	CONSTRAINT pk_departures PRIMARY KEY (community)
);

CREATE TABLE web_sessions (
	digest BYTEA NOT NULL, 
	community VARCHAR COLLATE "C" NOT NULL, 
	"user" VARCHAR COLLATE "C" NOT NULL, 
	language VARCHAR COLLATE "C" NOT NULL, 
	expires_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	opened_at TIMESTAMP WITHOUT TIME ZONE, 
	created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	CONSTRAINT pk_web_sessions PRIMARY KEY (digest)
);

CREATE INDEX ix_web_sessions_community_user ON web_sessions (community, "user");

CREATE TABLE notices (
	id BIGSERIAL NOT NULL, 
	community VARCHAR COLLATE "C" NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	model VARCHAR COLLATE "C" NOT NULL, 
	facts JSON NOT NULL, 
	created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	told_at TIMESTAMP WITHOUT TIME ZONE, 
	CONSTRAINT pk_notices PRIMARY KEY (id), 
	CONSTRAINT uq_notices_community_kind_model UNIQUE (community, kind, model)
);

CREATE TABLE audit (
	community VARCHAR COLLATE "C" NOT NULL, 
	number BIGINT NOT NULL, 
	at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	deed VARCHAR(16) NOT NULL, 
	"user" VARCHAR COLLATE "C", 
	facts JSON, 
	salt BYTEA, 
	content BYTEA NOT NULL, 
	digest BYTEA NOT NULL, 
	CONSTRAINT pk_audit PRIMARY KEY (community, number)
);

CREATE TABLE datasets (
	id BIGSERIAL NOT NULL, 
	community VARCHAR COLLATE "C" NOT NULL, 
	name VARCHAR COLLATE "C" NOT NULL, 
	labels JSON NOT NULL, 
	guideline TEXT COLLATE "C", 
	created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	votes_needed INTEGER DEFAULT '1' NOT NULL, 
	kind VARCHAR(16) DEFAULT 'single' NOT NULL, 
	open_to VARCHAR(16) DEFAULT 'members' NOT NULL, 
	details JSON, 
	is_archived BOOLEAN DEFAULT false NOT NULL, 
	revision INTEGER DEFAULT '0' NOT NULL, 
	created_by VARCHAR COLLATE "C", 
	CONSTRAINT pk_datasets PRIMARY KEY (id), 
	CONSTRAINT uq_datasets_community_name UNIQUE (community, name)
);

CREATE TABLE drafts (
	id BIGSERIAL NOT NULL, 
	community VARCHAR COLLATE "C" NOT NULL, 
	"user" VARCHAR COLLATE "C" NOT NULL, 
	text TEXT COLLATE "C" NOT NULL, 
	source VARCHAR COLLATE "C" NOT NULL, 
	created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	CONSTRAINT pk_drafts PRIMARY KEY (id)
);

CREATE TABLE jobs (
	id BIGSERIAL NOT NULL, 
	community VARCHAR COLLATE "C" NOT NULL, 
	"user" VARCHAR COLLATE "C" NOT NULL, 
	kind VARCHAR COLLATE "C" NOT NULL, 
	params JSON NOT NULL, 
	plan JSON, 
	owner VARCHAR COLLATE "C", 
	heartbeat_at TIMESTAMP WITHOUT TIME ZONE, 
	attempt INTEGER NOT NULL, 
	progress JSON NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	metrics JSON NOT NULL, 
	reason TEXT COLLATE "C", 
	created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	ended_at TIMESTAMP WITHOUT TIME ZONE, 
	scope VARCHAR COLLATE "C" DEFAULT '' NOT NULL, 
	turn_at TIMESTAMP WITHOUT TIME ZONE, 
	has_turn BOOLEAN DEFAULT false NOT NULL, 
	CONSTRAINT pk_jobs PRIMARY KEY (id)
);

CREATE INDEX ix_jobs_community_kind ON jobs (community, kind);

CREATE INDEX ix_jobs_state ON jobs (state);

CREATE TABLE processes (
	id VARCHAR COLLATE "C" NOT NULL, 
	place VARCHAR COLLATE "C" NOT NULL, 
	version VARCHAR COLLATE "C" NOT NULL, 
	revision VARCHAR COLLATE "C" NOT NULL, 
	is_alone BOOLEAN NOT NULL, 
	is_leaving BOOLEAN NOT NULL, 
	jobs INTEGER NOT NULL, 
	started_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	beat_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	CONSTRAINT pk_processes PRIMARY KEY (id)
);

CREATE TABLE leases (
	name VARCHAR COLLATE "C" NOT NULL, 
	owner VARCHAR COLLATE "C" NOT NULL, 
	expires_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	CONSTRAINT pk_leases PRIMARY KEY (name)
);

CREATE TABLE news (
	id BIGSERIAL NOT NULL, 
	kind VARCHAR COLLATE "C" NOT NULL, 
	facts JSON NOT NULL, 
	at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	CONSTRAINT pk_news PRIMARY KEY (id)
);

CREATE INDEX ix_news_at ON news (at);

CREATE TABLE shared_limits (
	name VARCHAR COLLATE "C" NOT NULL, 
	paid_at_s FLOAT NOT NULL, 
	changed_at_s FLOAT NOT NULL, 
	CONSTRAINT pk_shared_limits PRIMARY KEY (name)
);

CREATE INDEX ix_shared_limits_changed_at_s ON shared_limits (changed_at_s);

CREATE TABLE seen_events (
	event VARCHAR COLLATE "C" NOT NULL, 
	seen_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	CONSTRAINT pk_seen_events PRIMARY KEY (event)
);

CREATE INDEX ix_seen_events_seen_at ON seen_events (seen_at);

CREATE TABLE queries (
	id BIGSERIAL NOT NULL, 
	community VARCHAR COLLATE "C" NOT NULL, 
	"user" VARCHAR COLLATE "C" NOT NULL, 
	command VARCHAR COLLATE "C" NOT NULL, 
	text TEXT COLLATE "C" NOT NULL, 
	model VARCHAR COLLATE "C" NOT NULL, 
	result JSON NOT NULL, 
	label_set JSON NOT NULL, 
	latency_ms FLOAT NOT NULL, 
	created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	number BIGINT DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_queries PRIMARY KEY (id)
);

CREATE INDEX ix_queries_community_created_at ON queries (community, created_at);

CREATE INDEX ix_queries_community_model ON queries (community, model);

CREATE INDEX ix_queries_community_user ON queries (community, "user");

CREATE UNIQUE INDEX ix_queries_community_number ON queries (community, number);

CREATE TABLE query_numbers (
	community VARCHAR COLLATE "C" NOT NULL, 
	last BIGINT NOT NULL, 
	CONSTRAINT pk_query_numbers PRIMARY KEY (community)
);

CREATE TABLE examples (
	id BIGSERIAL NOT NULL, 
	dataset_id BIGINT NOT NULL, 
	text TEXT COLLATE "C" NOT NULL, 
	canonical BYTEA NOT NULL, 
	group_key BYTEA NOT NULL, 
	side VARCHAR(16), 
	label_at_entry VARCHAR COLLATE "C", 
	source VARCHAR COLLATE "C" NOT NULL, 
	query_id BIGINT, 
	"user" VARCHAR COLLATE "C" NOT NULL, 
	created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	sketch BYTEA, 
	settled VARCHAR(16), 
	import_id BIGINT, 
	settled_by VARCHAR COLLATE "C", 
	settled_labels JSON, 
	settled_before JSON, 
	CONSTRAINT pk_examples PRIMARY KEY (id), 
	CONSTRAINT uq_examples_dataset_id_canonical UNIQUE (dataset_id, canonical), 
	CONSTRAINT fk_examples_dataset_id FOREIGN KEY(dataset_id) REFERENCES datasets (id), 
	CONSTRAINT fk_examples_query_id FOREIGN KEY(query_id) REFERENCES queries (id)
);

CREATE INDEX ix_examples_dataset_id_group_key ON examples (dataset_id, group_key);

CREATE INDEX ix_examples_dataset_id_label_at_entry ON examples (dataset_id, label_at_entry, side);

CREATE INDEX ix_examples_import_id ON examples (import_id);

CREATE INDEX ix_examples_query_id ON examples (query_id);

CREATE FUNCTION tr_examples_inserted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO example_changes (dataset_id, example_id) VALUES (NEW.dataset_id, NEW.id); RETURN NULL; END $$;

CREATE TRIGGER tr_examples_inserted AFTER INSERT ON examples FOR EACH ROW EXECUTE FUNCTION tr_examples_inserted();

CREATE FUNCTION tr_examples_updated() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO example_changes (dataset_id, example_id) VALUES (NEW.dataset_id, NEW.id); RETURN NULL; END $$;

CREATE TRIGGER tr_examples_updated AFTER UPDATE OF side, settled ON examples FOR EACH ROW EXECUTE FUNCTION tr_examples_updated();

CREATE FUNCTION tr_examples_deleted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO example_changes (dataset_id, example_id) VALUES (OLD.dataset_id, OLD.id); RETURN NULL; END $$;

CREATE TRIGGER tr_examples_deleted AFTER DELETE ON examples FOR EACH ROW EXECUTE FUNCTION tr_examples_deleted();

CREATE TABLE example_changes (
	id BIGSERIAL NOT NULL, 
	dataset_id BIGINT NOT NULL, 
	example_id BIGINT NOT NULL, 
	CONSTRAINT pk_example_changes PRIMARY KEY (id), 
	CONSTRAINT fk_example_changes_dataset_id FOREIGN KEY(dataset_id) REFERENCES datasets (id) ON DELETE CASCADE
);

CREATE INDEX ix_example_changes_dataset_id ON example_changes (dataset_id);

CREATE TABLE versions (
	id BIGSERIAL NOT NULL, 
	community VARCHAR COLLATE "C" NOT NULL, 
	name VARCHAR COLLATE "C" NOT NULL, 
	number BIGINT NOT NULL, 
	folder VARCHAR COLLATE "C" NOT NULL, 
	base VARCHAR COLLATE "C" NOT NULL, 
	label_set JSON NOT NULL, 
	metrics JSON NOT NULL, 
	job_id BIGINT, 
	created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	snapshot_id BIGINT, 
	recipe VARCHAR COLLATE "C", 
	seed BIGINT, 
	code_version VARCHAR COLLATE "C", 
	removed_at TIMESTAMP WITHOUT TIME ZONE, 
	CONSTRAINT pk_versions PRIMARY KEY (id), 
	CONSTRAINT uq_versions_community_name_number UNIQUE (community, name, number), 
	CONSTRAINT fk_versions_job_id FOREIGN KEY(job_id) REFERENCES jobs (id)
);

CREATE TABLE comparisons (
	id BIGSERIAL NOT NULL, 
	community VARCHAR COLLATE "C" NOT NULL, 
	dataset_id BIGINT NOT NULL, 
	"new" VARCHAR COLLATE "C" NOT NULL, 
	live VARCHAR COLLATE "C" NOT NULL, 
	snapshot_id BIGINT, 
	started_by VARCHAR COLLATE "C", 
	ends_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	compared INTEGER NOT NULL, 
	asked_upto BIGINT NOT NULL, 
	verdict JSON, 
	created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	ended_at TIMESTAMP WITHOUT TIME ZONE, 
	CONSTRAINT pk_comparisons PRIMARY KEY (id), 
	CONSTRAINT fk_comparisons_dataset_id FOREIGN KEY(dataset_id) REFERENCES datasets (id)
);

CREATE INDEX ix_comparisons_community_state ON comparisons (community, state);

CREATE TABLE dataset_changes (
	id BIGSERIAL NOT NULL, 
	dataset_id BIGINT NOT NULL, 
	"user" VARCHAR COLLATE "C" NOT NULL, 
	revision INTEGER NOT NULL, 
	before JSON NOT NULL, 
	after JSON NOT NULL, 
	said JSON NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	CONSTRAINT pk_dataset_changes PRIMARY KEY (id), 
	CONSTRAINT fk_dataset_changes_dataset_id FOREIGN KEY(dataset_id) REFERENCES datasets (id)
);

CREATE TABLE imports (
	id BIGSERIAL NOT NULL, 
	dataset_id BIGINT NOT NULL, 
	"user" VARCHAR COLLATE "C" NOT NULL, 
	name VARCHAR COLLATE "C" NOT NULL, 
	content BYTEA, 
	choices JSON NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	beat_at TIMESTAMP WITHOUT TIME ZONE, 
	created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	CONSTRAINT pk_imports PRIMARY KEY (id), 
	CONSTRAINT fk_imports_dataset_id FOREIGN KEY(dataset_id) REFERENCES datasets (id)
);

CREATE TABLE snapshots (
	id BIGSERIAL NOT NULL, 
	dataset_id BIGINT NOT NULL, 
	hash VARCHAR COLLATE "C" NOT NULL, 
	labels JSON NOT NULL, 
	rows JSON NOT NULL, 
	left_out JSON NOT NULL, 
	created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	keys JSON, 
	CONSTRAINT pk_snapshots PRIMARY KEY (id), 
	CONSTRAINT uq_snapshots_dataset_id_hash UNIQUE (dataset_id, hash), 
	CONSTRAINT fk_snapshots_dataset_id FOREIGN KEY(dataset_id) REFERENCES datasets (id)
);

CREATE TABLE must_pass (
	id BIGSERIAL NOT NULL, 
	dataset_id BIGINT NOT NULL, 
	"user" VARCHAR COLLATE "C" NOT NULL, 
	text TEXT COLLATE "C" NOT NULL, 
	canonical BYTEA NOT NULL, 
	labels JSON NOT NULL, 
	is_removed BOOLEAN DEFAULT false NOT NULL, 
	created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	CONSTRAINT pk_must_pass PRIMARY KEY (id), 
	CONSTRAINT fk_must_pass_dataset_id FOREIGN KEY(dataset_id) REFERENCES datasets (id)
);

CREATE INDEX ix_must_pass_dataset_id ON must_pass (dataset_id);

CREATE TABLE readings (
	id BIGSERIAL NOT NULL, 
	dataset_id BIGINT NOT NULL, 
	model VARCHAR COLLATE "C" NOT NULL, 
	revision VARCHAR COLLATE "C" NOT NULL, 
	digest VARCHAR COLLATE "C" NOT NULL, 
	texts INTEGER NOT NULL, 
	figures JSON NOT NULL, 
	read_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	CONSTRAINT pk_readings PRIMARY KEY (id), 
	CONSTRAINT uq_readings_dataset_id_model_revision_digest UNIQUE (dataset_id, model, revision, digest), 
	CONSTRAINT fk_readings_dataset_id FOREIGN KEY(dataset_id) REFERENCES datasets (id)
);

CREATE TABLE job_messages (
	job_id BIGINT NOT NULL, 
	channel VARCHAR COLLATE "C" NOT NULL, 
	message VARCHAR COLLATE "C" NOT NULL, 
	is_told BOOLEAN NOT NULL, 
	teller VARCHAR COLLATE "C", 
	CONSTRAINT pk_job_messages PRIMARY KEY (job_id), 
	CONSTRAINT fk_job_messages_job_id FOREIGN KEY(job_id) REFERENCES jobs (id)
);

CREATE TABLE feedback (
	query_id BIGINT NOT NULL, 
	"user" VARCHAR COLLATE "C" NOT NULL, 
	verdict VARCHAR(16) NOT NULL, 
	label VARCHAR COLLATE "C", 
	updated_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	community VARCHAR COLLATE "C" DEFAULT '' NOT NULL, 
	model VARCHAR COLLATE "C" DEFAULT '' NOT NULL, 
	CONSTRAINT pk_feedback PRIMARY KEY (query_id, "user"), 
	CONSTRAINT fk_feedback_query_id FOREIGN KEY(query_id) REFERENCES queries (id)
);

CREATE INDEX ix_feedback_community_model ON feedback (community, model, updated_at, query_id);

CREATE TABLE feedback_history (
	id BIGSERIAL NOT NULL, 
	query_id BIGINT NOT NULL, 
	"user" VARCHAR COLLATE "C" NOT NULL, 
	verdict VARCHAR(16) NOT NULL, 
	label VARCHAR COLLATE "C", 
	updated_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	CONSTRAINT pk_feedback_history PRIMARY KEY (id), 
	CONSTRAINT fk_feedback_history_query_id FOREIGN KEY(query_id) REFERENCES queries (id)
);

CREATE INDEX ix_feedback_history_query_id ON feedback_history (query_id);

CREATE TABLE near_duplicate_keys (
	dataset_id BIGINT NOT NULL, 
	key BIGINT NOT NULL, 
	example_id BIGINT NOT NULL, 
	CONSTRAINT pk_near_duplicate_keys PRIMARY KEY (dataset_id, key, example_id), 
	CONSTRAINT fk_near_duplicate_keys_dataset_id FOREIGN KEY(dataset_id) REFERENCES datasets (id), 
	CONSTRAINT fk_near_duplicate_keys_example_id FOREIGN KEY(example_id) REFERENCES examples (id)
);

CREATE INDEX ix_near_duplicate_keys_example_id ON near_duplicate_keys (example_id);

CREATE TABLE votes (
	example_id BIGINT NOT NULL, 
	"user" VARCHAR COLLATE "C" NOT NULL, 
	label VARCHAR COLLATE "C", 
	is_anchored BOOLEAN NOT NULL, 
	query_id BIGINT, 
	voted_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	is_moderator BOOLEAN DEFAULT false NOT NULL, 
	arm VARCHAR(16), 
	labels JSON, 
	is_ambiguous BOOLEAN DEFAULT false NOT NULL, 
	CONSTRAINT pk_votes PRIMARY KEY (example_id, "user"), 
	CONSTRAINT fk_votes_example_id FOREIGN KEY(example_id) REFERENCES examples (id), 
	CONSTRAINT fk_votes_query_id FOREIGN KEY(query_id) REFERENCES queries (id)
);

CREATE INDEX ix_votes_query_id ON votes (query_id);

CREATE INDEX ix_votes_user ON votes ("user");

CREATE FUNCTION tr_votes_inserted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO example_changes (dataset_id, example_id) SELECT dataset_id, id FROM examples WHERE id = NEW.example_id; RETURN NULL; END $$;

CREATE TRIGGER tr_votes_inserted AFTER INSERT ON votes FOR EACH ROW EXECUTE FUNCTION tr_votes_inserted();

CREATE FUNCTION tr_votes_updated() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO example_changes (dataset_id, example_id) SELECT dataset_id, id FROM examples WHERE id = NEW.example_id; RETURN NULL; END $$;

CREATE TRIGGER tr_votes_updated AFTER UPDATE ON votes FOR EACH ROW EXECUTE FUNCTION tr_votes_updated();

CREATE FUNCTION tr_votes_deleted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO example_changes (dataset_id, example_id) SELECT dataset_id, id FROM examples WHERE id = OLD.example_id; RETURN NULL; END $$;

CREATE TRIGGER tr_votes_deleted AFTER DELETE ON votes FOR EACH ROW EXECUTE FUNCTION tr_votes_deleted();

CREATE TABLE votes_history (
	id BIGSERIAL NOT NULL, 
	example_id BIGINT NOT NULL, 
	"user" VARCHAR COLLATE "C" NOT NULL, 
	verdict VARCHAR(16) NOT NULL, 
	label VARCHAR COLLATE "C", 
	is_anchored BOOLEAN NOT NULL, 
	query_id BIGINT, 
	voted_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	is_moderator BOOLEAN DEFAULT false NOT NULL, 
	arm VARCHAR(16), 
	labels JSON, 
	is_ambiguous BOOLEAN DEFAULT false NOT NULL, 
	CONSTRAINT pk_votes_history PRIMARY KEY (id), 
	CONSTRAINT fk_votes_history_example_id FOREIGN KEY(example_id) REFERENCES examples (id), 
	CONSTRAINT fk_votes_history_query_id FOREIGN KEY(query_id) REFERENCES queries (id)
);

CREATE INDEX ix_votes_history_example_id_user ON votes_history (example_id, "user");

CREATE INDEX ix_votes_history_query_id ON votes_history (query_id);

CREATE TABLE label_cards (
	dataset_id BIGINT NOT NULL, 
	"user" VARCHAR COLLATE "C" NOT NULL, 
	example_id BIGINT NOT NULL, 
	arm VARCHAR(16) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	changed_at TIMESTAMP WITHOUT TIME ZONE NOT NULL, 
	CONSTRAINT pk_label_cards PRIMARY KEY (dataset_id, "user", example_id), 
	CONSTRAINT fk_label_cards_dataset_id FOREIGN KEY(dataset_id) REFERENCES datasets (id), 
	CONSTRAINT fk_label_cards_example_id FOREIGN KEY(example_id) REFERENCES examples (id)
);

CREATE INDEX ix_label_cards_example_id ON label_cards (example_id);

CREATE TABLE compared_texts (
	comparison_id BIGINT NOT NULL, 
	example_id BIGINT NOT NULL, 
	live_label VARCHAR COLLATE "C" NOT NULL, 
	new_label VARCHAR COLLATE "C" NOT NULL, 
	is_new_first BOOLEAN NOT NULL, 
	"user" VARCHAR COLLATE "C", 
	shown_at TIMESTAMP WITHOUT TIME ZONE, 
	preferred VARCHAR(16), 
	judged_at TIMESTAMP WITHOUT TIME ZONE, 
	CONSTRAINT pk_compared_texts PRIMARY KEY (comparison_id, example_id), 
	CONSTRAINT fk_compared_texts_comparison_id FOREIGN KEY(comparison_id) REFERENCES comparisons (id), 
	CONSTRAINT fk_compared_texts_example_id FOREIGN KEY(example_id) REFERENCES examples (id)
);

CREATE INDEX ix_compared_texts_example_id ON compared_texts (example_id);

ALTER TABLE audit ENABLE ROW LEVEL SECURITY;

ALTER TABLE audit FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON audit USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR community = ANY ((SELECT NULLIF(current_setting('tokki.communities', true), '')::text[])::text[]));

ALTER TABLE choices ENABLE ROW LEVEL SECURITY;

ALTER TABLE choices FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON choices USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR community = ANY ((SELECT NULLIF(current_setting('tokki.communities', true), '')::text[])::text[]));

ALTER TABLE datasets ENABLE ROW LEVEL SECURITY;

ALTER TABLE datasets FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON datasets USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR community = ANY ((SELECT NULLIF(current_setting('tokki.communities', true), '')::text[])::text[]));

ALTER TABLE departures ENABLE ROW LEVEL SECURITY;

ALTER TABLE departures FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON departures USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR community = ANY ((SELECT NULLIF(current_setting('tokki.communities', true), '')::text[])::text[]));

ALTER TABLE drafts ENABLE ROW LEVEL SECURITY;

ALTER TABLE drafts FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON drafts USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR community = ANY ((SELECT NULLIF(current_setting('tokki.communities', true), '')::text[])::text[]));

ALTER TABLE hub_models ENABLE ROW LEVEL SECURITY;

ALTER TABLE hub_models FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON hub_models USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR community = ANY ((SELECT NULLIF(current_setting('tokki.communities', true), '')::text[])::text[]));

ALTER TABLE jobs ENABLE ROW LEVEL SECURITY;

ALTER TABLE jobs FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON jobs USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR community = ANY ((SELECT NULLIF(current_setting('tokki.communities', true), '')::text[])::text[]));

ALTER TABLE live_moves ENABLE ROW LEVEL SECURITY;

ALTER TABLE live_moves FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON live_moves USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR community = ANY ((SELECT NULLIF(current_setting('tokki.communities', true), '')::text[])::text[]));

ALTER TABLE live_versions ENABLE ROW LEVEL SECURITY;

ALTER TABLE live_versions FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON live_versions USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR community = ANY ((SELECT NULLIF(current_setting('tokki.communities', true), '')::text[])::text[]));

ALTER TABLE notices ENABLE ROW LEVEL SECURITY;

ALTER TABLE notices FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON notices USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR community = ANY ((SELECT NULLIF(current_setting('tokki.communities', true), '')::text[])::text[]));

ALTER TABLE queries ENABLE ROW LEVEL SECURITY;

ALTER TABLE queries FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON queries USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR community = ANY ((SELECT NULLIF(current_setting('tokki.communities', true), '')::text[])::text[]));

ALTER TABLE query_numbers ENABLE ROW LEVEL SECURITY;

ALTER TABLE query_numbers FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON query_numbers USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR community = ANY ((SELECT NULLIF(current_setting('tokki.communities', true), '')::text[])::text[]));

ALTER TABLE settings ENABLE ROW LEVEL SECURITY;

ALTER TABLE settings FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON settings USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR community = ANY ((SELECT NULLIF(current_setting('tokki.communities', true), '')::text[])::text[]));

ALTER TABLE web_sessions ENABLE ROW LEVEL SECURITY;

ALTER TABLE web_sessions FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON web_sessions USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR community = ANY ((SELECT NULLIF(current_setting('tokki.communities', true), '')::text[])::text[]));

ALTER TABLE comparisons ENABLE ROW LEVEL SECURITY;

ALTER TABLE comparisons FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON comparisons USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR community = ANY ((SELECT NULLIF(current_setting('tokki.communities', true), '')::text[])::text[]));

ALTER TABLE dataset_changes ENABLE ROW LEVEL SECURITY;

ALTER TABLE dataset_changes FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON dataset_changes USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR EXISTS (SELECT 1 FROM datasets AS parent WHERE parent.id = dataset_changes.dataset_id));

ALTER TABLE example_changes ENABLE ROW LEVEL SECURITY;

ALTER TABLE example_changes FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON example_changes USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR EXISTS (SELECT 1 FROM datasets AS parent WHERE parent.id = example_changes.dataset_id));

ALTER TABLE examples ENABLE ROW LEVEL SECURITY;

ALTER TABLE examples FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON examples USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR EXISTS (SELECT 1 FROM datasets AS parent WHERE parent.id = examples.dataset_id));

ALTER TABLE feedback ENABLE ROW LEVEL SECURITY;

ALTER TABLE feedback FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON feedback USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR community = ANY ((SELECT NULLIF(current_setting('tokki.communities', true), '')::text[])::text[]));

ALTER TABLE feedback_history ENABLE ROW LEVEL SECURITY;

ALTER TABLE feedback_history FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON feedback_history USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR EXISTS (SELECT 1 FROM queries AS parent WHERE parent.id = feedback_history.query_id));

ALTER TABLE imports ENABLE ROW LEVEL SECURITY;

ALTER TABLE imports FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON imports USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR EXISTS (SELECT 1 FROM datasets AS parent WHERE parent.id = imports.dataset_id));

ALTER TABLE job_messages ENABLE ROW LEVEL SECURITY;

ALTER TABLE job_messages FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON job_messages USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR EXISTS (SELECT 1 FROM jobs AS parent WHERE parent.id = job_messages.job_id));

ALTER TABLE must_pass ENABLE ROW LEVEL SECURITY;

ALTER TABLE must_pass FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON must_pass USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR EXISTS (SELECT 1 FROM datasets AS parent WHERE parent.id = must_pass.dataset_id));

ALTER TABLE readings ENABLE ROW LEVEL SECURITY;

ALTER TABLE readings FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON readings USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR EXISTS (SELECT 1 FROM datasets AS parent WHERE parent.id = readings.dataset_id));

ALTER TABLE snapshots ENABLE ROW LEVEL SECURITY;

ALTER TABLE snapshots FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON snapshots USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR EXISTS (SELECT 1 FROM datasets AS parent WHERE parent.id = snapshots.dataset_id));

ALTER TABLE versions ENABLE ROW LEVEL SECURITY;

ALTER TABLE versions FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON versions USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR community = ANY ((SELECT NULLIF(current_setting('tokki.communities', true), '')::text[])::text[]));

ALTER TABLE compared_texts ENABLE ROW LEVEL SECURITY;

ALTER TABLE compared_texts FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON compared_texts USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR EXISTS (SELECT 1 FROM comparisons AS parent WHERE parent.id = compared_texts.comparison_id));

ALTER TABLE label_cards ENABLE ROW LEVEL SECURITY;

ALTER TABLE label_cards FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON label_cards USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR EXISTS (SELECT 1 FROM datasets AS parent WHERE parent.id = label_cards.dataset_id));

ALTER TABLE near_duplicate_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE near_duplicate_keys FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON near_duplicate_keys USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR EXISTS (SELECT 1 FROM datasets AS parent WHERE parent.id = near_duplicate_keys.dataset_id));

ALTER TABLE votes ENABLE ROW LEVEL SECURITY;

ALTER TABLE votes FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON votes USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR EXISTS (SELECT 1 FROM examples AS parent WHERE parent.id = votes.example_id));

ALTER TABLE votes_history ENABLE ROW LEVEL SECURITY;

ALTER TABLE votes_history FORCE ROW LEVEL SECURITY;

CREATE POLICY of_community ON votes_history USING ((SELECT current_setting('tokki.everywhere', true) = 'on') OR EXISTS (SELECT 1 FROM examples AS parent WHERE parent.id = votes_history.example_id));

INSERT INTO alembic_version VALUES ('0031')
