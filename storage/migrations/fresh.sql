CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

CREATE TABLE queries (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	community VARCHAR NOT NULL, 
	user VARCHAR NOT NULL, 
	command VARCHAR NOT NULL, 
	text TEXT NOT NULL, 
	model VARCHAR NOT NULL, 
	result JSON NOT NULL, 
	label_set JSON NOT NULL, 
	latency_ms FLOAT NOT NULL, 
	created_at DATETIME NOT NULL
, number INTEGER DEFAULT '0' NOT NULL);

CREATE INDEX ix_queries_community_user ON queries (community, user);

CREATE TABLE feedback (
	query_id INTEGER NOT NULL, 
	user VARCHAR NOT NULL, 
	verdict VARCHAR(16) NOT NULL, 
	label VARCHAR, 
	updated_at DATETIME NOT NULL, community VARCHAR DEFAULT '' NOT NULL, model VARCHAR DEFAULT '' NOT NULL, 
	CONSTRAINT pk_feedback PRIMARY KEY (query_id, user), 
	CONSTRAINT fk_feedback_query_id FOREIGN KEY(query_id) REFERENCES queries (id)
);

CREATE TABLE feedback_history (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	query_id INTEGER NOT NULL, 
	user VARCHAR NOT NULL, 
	verdict VARCHAR(16) NOT NULL, 
	label VARCHAR, 
	updated_at DATETIME NOT NULL, 
	CONSTRAINT fk_feedback_history_query_id FOREIGN KEY(query_id) REFERENCES queries (id)
);

CREATE INDEX ix_feedback_history_query_id ON feedback_history (query_id);

CREATE TABLE versions (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	community VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	number INTEGER NOT NULL, 
	folder VARCHAR NOT NULL, 
	base VARCHAR NOT NULL, 
	label_set JSON NOT NULL, 
	metrics JSON NOT NULL, 
	job_id INTEGER, 
	created_at DATETIME NOT NULL, snapshot_id INTEGER, recipe VARCHAR, seed INTEGER, code_version VARCHAR, removed_at DATETIME, 
	CONSTRAINT fk_versions_job_id FOREIGN KEY(job_id) REFERENCES jobs (id), 
	CONSTRAINT uq_versions_community_name_number UNIQUE (community, name, number)
);

CREATE TABLE settings (
	community VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	value JSON NOT NULL, 
	updated_at DATETIME NOT NULL, 
	CONSTRAINT pk_settings PRIMARY KEY (community, name)
);

CREATE TABLE seen_events (
	event VARCHAR NOT NULL, 
	seen_at DATETIME NOT NULL, 
	CONSTRAINT pk_seen_events PRIMARY KEY (event)
);

CREATE INDEX ix_seen_events_seen_at ON seen_events (seen_at);

CREATE TABLE choices (
	community VARCHAR NOT NULL, 
	user VARCHAR NOT NULL, 
	language VARCHAR, 
	may_train BOOLEAN NOT NULL, 
	CONSTRAINT pk_choices PRIMARY KEY (community, user)
);

CREATE TABLE jobs (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	community VARCHAR NOT NULL, 
	user VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	params JSON NOT NULL, 
	"plan" JSON, 
	owner VARCHAR, 
	heartbeat_at DATETIME, 
	attempt INTEGER NOT NULL, 
	progress JSON NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	metrics JSON NOT NULL, 
	reason TEXT, 
	created_at DATETIME NOT NULL, 
	ended_at DATETIME
, scope VARCHAR DEFAULT '' NOT NULL, turn_at DATETIME, has_turn BOOLEAN DEFAULT 0 NOT NULL);

CREATE INDEX ix_jobs_community_kind ON jobs (community, kind);

CREATE INDEX ix_jobs_state ON jobs (state);

CREATE TABLE job_messages (
	job_id INTEGER NOT NULL, 
	channel VARCHAR NOT NULL, 
	message VARCHAR NOT NULL, 
	is_told BOOLEAN NOT NULL, teller VARCHAR, 
	CONSTRAINT pk_job_messages PRIMARY KEY (job_id), 
	CONSTRAINT fk_job_messages_job_id FOREIGN KEY(job_id) REFERENCES jobs (id)
);

CREATE TABLE live_versions (
	community VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	number INTEGER NOT NULL, 
	decided_by VARCHAR, 
	decided_at DATETIME NOT NULL, 
	CONSTRAINT pk_live_versions PRIMARY KEY (community, name)
);

CREATE TABLE datasets (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	community VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	labels JSON NOT NULL, 
	guideline TEXT, 
	created_at DATETIME NOT NULL, votes_needed INTEGER DEFAULT '1' NOT NULL, kind VARCHAR(16) DEFAULT 'single' NOT NULL, open_to VARCHAR(16) DEFAULT 'members' NOT NULL, details JSON, is_archived BOOLEAN DEFAULT 0 NOT NULL, revision INTEGER DEFAULT '0' NOT NULL, created_by VARCHAR, 
	CONSTRAINT uq_datasets_community_name UNIQUE (community, name)
);

CREATE TABLE examples (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	dataset_id INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	canonical BLOB NOT NULL, 
	group_key BLOB NOT NULL, 
	side VARCHAR(16), 
	label_at_entry VARCHAR, 
	source VARCHAR NOT NULL, 
	query_id INTEGER, 
	user VARCHAR NOT NULL, 
	created_at DATETIME NOT NULL, sketch BLOB, settled VARCHAR(16), import_id INTEGER, settled_by VARCHAR, settled_labels JSON, settled_before JSON, 
	CONSTRAINT fk_examples_dataset_id FOREIGN KEY(dataset_id) REFERENCES datasets (id), 
	CONSTRAINT fk_examples_query_id FOREIGN KEY(query_id) REFERENCES queries (id), 
	CONSTRAINT uq_examples_dataset_id_canonical UNIQUE (dataset_id, canonical)
);

CREATE INDEX ix_examples_dataset_id_group_key ON examples (dataset_id, group_key);

CREATE INDEX ix_examples_dataset_id_label_at_entry ON examples (dataset_id, label_at_entry, side);

CREATE TABLE votes (
	example_id INTEGER NOT NULL, 
	user VARCHAR NOT NULL, 
	label VARCHAR, 
	is_anchored BOOLEAN NOT NULL, 
	query_id INTEGER, 
	voted_at DATETIME NOT NULL, is_moderator BOOLEAN DEFAULT 0 NOT NULL, arm VARCHAR(16), labels JSON, is_ambiguous BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_votes PRIMARY KEY (example_id, user), 
	CONSTRAINT fk_votes_example_id FOREIGN KEY(example_id) REFERENCES examples (id), 
	CONSTRAINT fk_votes_query_id FOREIGN KEY(query_id) REFERENCES queries (id)
);

CREATE TABLE votes_history (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	example_id INTEGER NOT NULL, 
	user VARCHAR NOT NULL, 
	verdict VARCHAR(16) NOT NULL, 
	label VARCHAR, 
	is_anchored BOOLEAN NOT NULL, 
	query_id INTEGER, 
	voted_at DATETIME NOT NULL, is_moderator BOOLEAN DEFAULT 0 NOT NULL, arm VARCHAR(16), labels JSON, is_ambiguous BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT fk_votes_history_example_id FOREIGN KEY(example_id) REFERENCES examples (id), 
	CONSTRAINT fk_votes_history_query_id FOREIGN KEY(query_id) REFERENCES queries (id)
);

CREATE INDEX ix_votes_history_example_id_user ON votes_history (example_id, user);

CREATE TABLE near_duplicate_keys (
	dataset_id INTEGER NOT NULL, 
	"key" BIGINT NOT NULL, 
	example_id INTEGER NOT NULL, 
	CONSTRAINT pk_near_duplicate_keys PRIMARY KEY (dataset_id, "key", example_id), 
	CONSTRAINT fk_near_duplicate_keys_dataset_id FOREIGN KEY(dataset_id) REFERENCES datasets (id), 
	CONSTRAINT fk_near_duplicate_keys_example_id FOREIGN KEY(example_id) REFERENCES examples (id)
)
 WITHOUT ROWID

;

CREATE TABLE dataset_changes (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	dataset_id INTEGER NOT NULL, 
	user VARCHAR NOT NULL, 
	revision INTEGER NOT NULL, 
	"before" JSON NOT NULL, 
	"after" JSON NOT NULL, 
	said JSON NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT fk_dataset_changes_dataset_id FOREIGN KEY(dataset_id) REFERENCES datasets (id)
);

CREATE TABLE drafts (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	community VARCHAR NOT NULL, 
	user VARCHAR NOT NULL, 
	text TEXT NOT NULL, 
	source VARCHAR NOT NULL, 
	created_at DATETIME NOT NULL
);

CREATE TABLE imports (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	dataset_id INTEGER NOT NULL, 
	user VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	content BLOB, 
	choices JSON NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	beat_at DATETIME, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT fk_imports_dataset_id FOREIGN KEY(dataset_id) REFERENCES datasets (id)
);

CREATE INDEX ix_examples_import_id ON examples (import_id);

CREATE INDEX ix_near_duplicate_keys_example_id ON near_duplicate_keys (example_id);

CREATE TABLE example_changes (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	dataset_id INTEGER NOT NULL, 
	example_id INTEGER NOT NULL, 
	CONSTRAINT fk_example_changes_dataset_id FOREIGN KEY(dataset_id) REFERENCES datasets (id) ON DELETE CASCADE
);

CREATE INDEX ix_example_changes_dataset_id ON example_changes (dataset_id);

CREATE TRIGGER tr_examples_inserted AFTER INSERT ON examples BEGIN INSERT INTO example_changes (dataset_id, example_id) VALUES (NEW.dataset_id, NEW.id); END;

CREATE TRIGGER tr_examples_updated AFTER UPDATE OF side, settled ON examples BEGIN INSERT INTO example_changes (dataset_id, example_id) VALUES (NEW.dataset_id, NEW.id); END;

CREATE TRIGGER tr_examples_deleted AFTER DELETE ON examples BEGIN INSERT INTO example_changes (dataset_id, example_id) VALUES (OLD.dataset_id, OLD.id); END;

CREATE TRIGGER tr_votes_inserted AFTER INSERT ON votes BEGIN INSERT INTO example_changes (dataset_id, example_id) SELECT dataset_id, id FROM examples WHERE id = NEW.example_id; END;

CREATE TRIGGER tr_votes_updated AFTER UPDATE ON votes BEGIN INSERT INTO example_changes (dataset_id, example_id) SELECT dataset_id, id FROM examples WHERE id = NEW.example_id; END;

CREATE TRIGGER tr_votes_deleted AFTER DELETE ON votes BEGIN INSERT INTO example_changes (dataset_id, example_id) SELECT dataset_id, id FROM examples WHERE id = OLD.example_id; END;

CREATE TABLE label_cards (
	dataset_id INTEGER NOT NULL, 
	user VARCHAR NOT NULL, 
	example_id INTEGER NOT NULL, 
	arm VARCHAR(16) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	changed_at DATETIME NOT NULL, 
	CONSTRAINT pk_label_cards PRIMARY KEY (dataset_id, user, example_id), 
	CONSTRAINT fk_label_cards_dataset_id FOREIGN KEY(dataset_id) REFERENCES datasets (id), 
	CONSTRAINT fk_label_cards_example_id FOREIGN KEY(example_id) REFERENCES examples (id)
)
 WITHOUT ROWID

;

CREATE INDEX ix_label_cards_example_id ON label_cards (example_id);

CREATE INDEX ix_votes_user ON votes (user);

CREATE TABLE audit (
	community VARCHAR NOT NULL, 
	number INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	deed VARCHAR(16) NOT NULL, 
	user VARCHAR, 
	facts JSON, 
	salt BLOB, 
	content BLOB NOT NULL, 
	digest BLOB NOT NULL, 
	CONSTRAINT pk_audit PRIMARY KEY (community, number)
)
 WITHOUT ROWID

;

CREATE TABLE snapshots (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	dataset_id INTEGER NOT NULL, 
	hash VARCHAR NOT NULL, 
	labels JSON NOT NULL, 
	rows JSON NOT NULL, 
	left_out JSON NOT NULL, 
	created_at DATETIME NOT NULL, keys JSON, 
	CONSTRAINT fk_snapshots_dataset_id FOREIGN KEY(dataset_id) REFERENCES datasets (id), 
	CONSTRAINT uq_snapshots_dataset_id_hash UNIQUE (dataset_id, hash)
);

CREATE TABLE live_moves (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	community VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	number INTEGER NOT NULL, 
	user VARCHAR, 
	reason TEXT, 
	moved_at DATETIME NOT NULL
);

CREATE INDEX ix_live_moves_community_name ON live_moves (community, name);

CREATE TABLE readings (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	dataset_id INTEGER NOT NULL, 
	model VARCHAR NOT NULL, 
	revision VARCHAR NOT NULL, 
	digest VARCHAR NOT NULL, 
	texts INTEGER NOT NULL, 
	figures JSON NOT NULL, 
	read_at DATETIME NOT NULL, 
	CONSTRAINT fk_readings_dataset_id FOREIGN KEY(dataset_id) REFERENCES datasets (id), 
	CONSTRAINT uq_readings_dataset_id_model_revision_digest UNIQUE (dataset_id, model, revision, digest)
);

CREATE INDEX ix_queries_community_model ON queries (community, model);

CREATE TABLE notices (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	community VARCHAR NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	model VARCHAR NOT NULL, 
	facts JSON NOT NULL, 
	created_at DATETIME NOT NULL, 
	told_at DATETIME, 
	CONSTRAINT uq_notices_community_kind_model UNIQUE (community, kind, model)
);

CREATE TABLE comparisons (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	community VARCHAR NOT NULL, 
	dataset_id INTEGER NOT NULL, 
	new VARCHAR NOT NULL, 
	live VARCHAR NOT NULL, 
	snapshot_id INTEGER, 
	started_by VARCHAR, 
	ends_at DATETIME NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	compared INTEGER NOT NULL, 
	asked_upto INTEGER NOT NULL, 
	verdict JSON, 
	created_at DATETIME NOT NULL, 
	ended_at DATETIME, 
	CONSTRAINT fk_comparisons_dataset_id FOREIGN KEY(dataset_id) REFERENCES datasets (id)
);

CREATE INDEX ix_comparisons_community_state ON comparisons (community, state);

CREATE TABLE compared_texts (
	comparison_id INTEGER NOT NULL, 
	example_id INTEGER NOT NULL, 
	live_label VARCHAR NOT NULL, 
	new_label VARCHAR NOT NULL, 
	is_new_first BOOLEAN NOT NULL, 
	user VARCHAR, 
	shown_at DATETIME, 
	preferred VARCHAR(16), 
	judged_at DATETIME, 
	CONSTRAINT pk_compared_texts PRIMARY KEY (comparison_id, example_id), 
	CONSTRAINT fk_compared_texts_comparison_id FOREIGN KEY(comparison_id) REFERENCES comparisons (id), 
	CONSTRAINT fk_compared_texts_example_id FOREIGN KEY(example_id) REFERENCES examples (id)
)
 WITHOUT ROWID

;

CREATE INDEX ix_compared_texts_example_id ON compared_texts (example_id);

CREATE TABLE must_pass (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	dataset_id INTEGER NOT NULL, 
	user VARCHAR NOT NULL, 
	text TEXT NOT NULL, 
	canonical BLOB NOT NULL, 
	labels JSON NOT NULL, 
	is_removed BOOLEAN DEFAULT 0 NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT fk_must_pass_dataset_id FOREIGN KEY(dataset_id) REFERENCES datasets (id)
);

CREATE INDEX ix_must_pass_dataset_id ON must_pass (dataset_id);

CREATE TABLE hub_models (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	community VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	repo_id VARCHAR NOT NULL, 
	revision VARCHAR NOT NULL, 
	size_bytes INTEGER NOT NULL, 
	license VARCHAR, 
	user VARCHAR, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT uq_hub_models_community_name UNIQUE (community, name)
);

CREATE INDEX ix_hub_models_repo_id ON hub_models (repo_id);

CREATE UNIQUE INDEX ix_queries_community_number ON queries (community, number);

CREATE TABLE query_numbers (
	community VARCHAR NOT NULL, 
	last INTEGER NOT NULL, 
	CONSTRAINT pk_query_numbers PRIMARY KEY (community)
)
 WITHOUT ROWID

;

CREATE TABLE departures (
	community VARCHAR NOT NULL, 
	left_at DATETIME NOT NULL, 
	CONSTRAINT pk_departures PRIMARY KEY (community)
)
 WITHOUT ROWID

;

CREATE INDEX ix_queries_community_created_at ON queries (community, created_at);

CREATE INDEX ix_examples_query_id ON examples (query_id);

CREATE INDEX ix_votes_query_id ON votes (query_id);

CREATE INDEX ix_votes_history_query_id ON votes_history (query_id);

CREATE INDEX ix_feedback_community_model ON feedback (community, model, updated_at, query_id);

CREATE TABLE web_sessions (
	digest BLOB NOT NULL, 
	community VARCHAR NOT NULL, 
	user VARCHAR NOT NULL, 
	language VARCHAR NOT NULL, 
	expires_at DATETIME NOT NULL, 
	opened_at DATETIME, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_web_sessions PRIMARY KEY (digest)
)
 WITHOUT ROWID

;

CREATE INDEX ix_web_sessions_community_user ON web_sessions (community, user);

CREATE TABLE processes (
	id VARCHAR NOT NULL, 
	place VARCHAR NOT NULL, 
	version VARCHAR NOT NULL, 
	revision VARCHAR NOT NULL, 
	is_alone BOOLEAN NOT NULL, 
	is_leaving BOOLEAN NOT NULL, 
	jobs INTEGER NOT NULL, 
	started_at DATETIME NOT NULL, 
	beat_at DATETIME NOT NULL, 
	CONSTRAINT pk_processes PRIMARY KEY (id)
)
 WITHOUT ROWID

;

CREATE TABLE leases (
	name VARCHAR NOT NULL, 
	owner VARCHAR NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_leases PRIMARY KEY (name)
)
 WITHOUT ROWID

;

CREATE TABLE news (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	kind VARCHAR NOT NULL, 
	facts JSON NOT NULL, 
	at DATETIME NOT NULL
);

CREATE INDEX ix_news_at ON news (at);

CREATE TABLE shared_limits (
	name VARCHAR NOT NULL, 
	paid_at_s FLOAT NOT NULL, 
	changed_at_s FLOAT NOT NULL, 
	CONSTRAINT pk_shared_limits PRIMARY KEY (name)
)
 WITHOUT ROWID

;

CREATE INDEX ix_shared_limits_changed_at_s ON shared_limits (changed_at_s);

INSERT INTO alembic_version VALUES ('0031')
