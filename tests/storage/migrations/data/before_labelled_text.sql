BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0003');
CREATE TABLE choices (
	community VARCHAR NOT NULL, 
	user VARCHAR NOT NULL, 
	language VARCHAR, 
	may_train BOOLEAN NOT NULL, 
	CONSTRAINT pk_choices PRIMARY KEY (community, user)
);
INSERT INTO "choices" VALUES('discord:1','dora','ko',0);
INSERT INTO "choices" VALUES('slack:T1','U1','en',1);
CREATE TABLE feedback (
	query_id INTEGER NOT NULL, 
	user VARCHAR NOT NULL, 
	verdict VARCHAR(16) NOT NULL, 
	label VARCHAR, 
	updated_at DATETIME NOT NULL, 
	CONSTRAINT pk_feedback PRIMARY KEY (query_id, user), 
	CONSTRAINT fk_feedback_query_id FOREIGN KEY(query_id) REFERENCES queries (id)
);
INSERT INTO "feedback" VALUES(1,'ann','right','positive','2026-11-28 19:57:34.356289');
INSERT INTO "feedback" VALUES(2,'ann','right','positive','2026-11-28 19:57:34.372542');
INSERT INTO "feedback" VALUES(3,'ann','right','positive','2026-11-28 19:57:34.383172');
INSERT INTO "feedback" VALUES(4,'ann','right','positive','2026-11-28 19:57:34.392520');
INSERT INTO "feedback" VALUES(5,'ann','right','positive','2026-11-28 19:57:34.405595');
INSERT INTO "feedback" VALUES(6,'ann','right','positive','2026-11-28 19:57:34.416591');
INSERT INTO "feedback" VALUES(7,'ann','wrong','negative','2026-11-28 19:57:34.427551');
INSERT INTO "feedback" VALUES(8,'ann','wrong','negative','2026-11-28 19:57:34.438257');
INSERT INTO "feedback" VALUES(9,'ann','wrong','negative','2026-11-28 19:57:34.447301');
INSERT INTO "feedback" VALUES(10,'ann','wrong','negative','2026-11-28 19:57:34.456709');
INSERT INTO "feedback" VALUES(11,'bob','wrong','neutral','2026-11-28 19:57:34.466139');
INSERT INTO "feedback" VALUES(12,'bob','wrong','neutral','2026-11-28 19:57:34.476290');
INSERT INTO "feedback" VALUES(13,'bob','wrong','neutral','2026-11-28 19:57:34.485665');
INSERT INTO "feedback" VALUES(14,'ann','right','positive','2026-11-28 19:57:34.523951');
INSERT INTO "feedback" VALUES(15,'ann','right','positive','2026-11-28 19:57:34.534175');
INSERT INTO "feedback" VALUES(16,'ann','right','positive','2026-11-28 19:57:34.543670');
INSERT INTO "feedback" VALUES(17,'ann','right','positive','2026-11-28 19:57:34.554215');
INSERT INTO "feedback" VALUES(18,'ann','right','positive','2026-11-28 19:57:34.564153');
INSERT INTO "feedback" VALUES(19,'ann','right','positive','2026-11-28 19:57:34.573185');
INSERT INTO "feedback" VALUES(20,'ann','right','positive','2026-11-28 19:57:34.586260');
INSERT INTO "feedback" VALUES(21,'bob','wrong','neutral','2026-11-28 19:57:34.591338');
INSERT INTO "feedback" VALUES(21,'cid','right','positive','2026-11-28 19:57:34.595999');
INSERT INTO "feedback" VALUES(22,'bob','right','positive','2026-11-28 19:57:34.611420');
INSERT INTO "feedback" VALUES(23,'ann','right','positive','2026-11-28 19:57:34.616420');
INSERT INTO "feedback" VALUES(24,'ann','right','positive','2026-11-28 19:57:34.621319');
INSERT INTO "feedback" VALUES(25,'ann','right','positive','2026-11-28 19:57:34.630935');
INSERT INTO "feedback" VALUES(25,'bob','wrong','negative','2026-11-28 19:57:34.636214');
INSERT INTO "feedback" VALUES(26,'ann','wrong','neutral','2026-11-28 19:57:34.665521');
INSERT INTO "feedback" VALUES(27,'ann','undone',NULL,'2026-11-28 19:57:34.680956');
INSERT INTO "feedback" VALUES(28,'ann','wrong',NULL,'2026-11-28 19:57:34.691313');
INSERT INTO "feedback" VALUES(29,'ann','wrong','negative','2026-11-28 19:57:34.705080');
INSERT INTO "feedback" VALUES(30,'ann','undone',NULL,'2026-11-28 19:57:34.716404');
INSERT INTO "feedback" VALUES(31,'ann','right','positive','2026-11-28 19:57:34.729178');
INSERT INTO "feedback" VALUES(32,'ann','wrong',NULL,'2026-11-28 19:57:34.734260');
INSERT INTO "feedback" VALUES(33,'ann','wrong','LABEL_7','2026-11-28 19:57:34.743634');
INSERT INTO "feedback" VALUES(33,'bob','right','positive','2026-11-28 19:57:34.748605');
INSERT INTO "feedback" VALUES(34,'bob','right','positive','2026-11-28 19:57:34.756985');
INSERT INTO "feedback" VALUES(35,'ann','right','joy','2026-11-28 19:57:34.766733');
INSERT INTO "feedback" VALUES(36,'ann','right','yes','2026-11-28 19:57:34.776374');
INSERT INTO "feedback" VALUES(37,'ann','right','yes','2026-11-28 19:57:34.785635');
INSERT INTO "feedback" VALUES(39,'U1','wrong','positive','2026-11-28 19:57:34.842386');
INSERT INTO "feedback" VALUES(40,'U1','wrong','positive','2026-11-28 19:57:34.852106');
INSERT INTO "feedback" VALUES(41,'U2','right','yes','2026-11-28 19:57:34.862086');
INSERT INTO "feedback" VALUES(42,'U2','right','yes','2026-11-28 19:57:34.871681');
CREATE TABLE feedback_history (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	query_id INTEGER NOT NULL, 
	user VARCHAR NOT NULL, 
	verdict VARCHAR(16) NOT NULL, 
	label VARCHAR, 
	updated_at DATETIME NOT NULL, 
	CONSTRAINT fk_feedback_history_query_id FOREIGN KEY(query_id) REFERENCES queries (id)
);
INSERT INTO "feedback_history" VALUES(1,1,'ann','right','positive','2026-11-28 19:57:34.356289');
INSERT INTO "feedback_history" VALUES(2,2,'ann','right','positive','2026-11-28 19:57:34.372542');
INSERT INTO "feedback_history" VALUES(3,3,'ann','right','positive','2026-11-28 19:57:34.383172');
INSERT INTO "feedback_history" VALUES(4,4,'ann','right','positive','2026-11-28 19:57:34.392520');
INSERT INTO "feedback_history" VALUES(5,5,'ann','right','positive','2026-11-28 19:57:34.405595');
INSERT INTO "feedback_history" VALUES(6,6,'ann','right','positive','2026-11-28 19:57:34.416591');
INSERT INTO "feedback_history" VALUES(7,7,'ann','wrong','negative','2026-11-28 19:57:34.427551');
INSERT INTO "feedback_history" VALUES(8,8,'ann','wrong','negative','2026-11-28 19:57:34.438257');
INSERT INTO "feedback_history" VALUES(9,9,'ann','wrong','negative','2026-11-28 19:57:34.447301');
INSERT INTO "feedback_history" VALUES(10,10,'ann','wrong','negative','2026-11-28 19:57:34.456709');
INSERT INTO "feedback_history" VALUES(11,11,'bob','wrong','neutral','2026-11-28 19:57:34.466139');
INSERT INTO "feedback_history" VALUES(12,12,'bob','wrong','neutral','2026-11-28 19:57:34.476290');
INSERT INTO "feedback_history" VALUES(13,13,'bob','wrong','neutral','2026-11-28 19:57:34.485665');
INSERT INTO "feedback_history" VALUES(14,14,'ann','right','positive','2026-11-28 19:57:34.523951');
INSERT INTO "feedback_history" VALUES(15,15,'ann','right','positive','2026-11-28 19:57:34.534175');
INSERT INTO "feedback_history" VALUES(16,16,'ann','right','positive','2026-11-28 19:57:34.543670');
INSERT INTO "feedback_history" VALUES(17,17,'ann','right','positive','2026-11-28 19:57:34.554215');
INSERT INTO "feedback_history" VALUES(18,18,'ann','right','positive','2026-11-28 19:57:34.564153');
INSERT INTO "feedback_history" VALUES(19,19,'ann','right','positive','2026-11-28 19:57:34.573185');
INSERT INTO "feedback_history" VALUES(20,20,'ann','right','positive','2026-11-28 19:57:34.586260');
INSERT INTO "feedback_history" VALUES(21,21,'bob','wrong','neutral','2026-11-28 19:57:34.591338');
INSERT INTO "feedback_history" VALUES(22,21,'cid','right','positive','2026-11-28 19:57:34.595999');
INSERT INTO "feedback_history" VALUES(23,22,'bob','right','positive','2026-11-28 19:57:34.611420');
INSERT INTO "feedback_history" VALUES(24,23,'ann','right','positive','2026-11-28 19:57:34.616420');
INSERT INTO "feedback_history" VALUES(25,24,'ann','right','positive','2026-11-28 19:57:34.621319');
INSERT INTO "feedback_history" VALUES(26,25,'ann','right','positive','2026-11-28 19:57:34.630935');
INSERT INTO "feedback_history" VALUES(27,25,'bob','wrong','negative','2026-11-28 19:57:34.636214');
INSERT INTO "feedback_history" VALUES(28,26,'ann','right','positive','2026-11-28 19:57:34.644469');
INSERT INTO "feedback_history" VALUES(29,26,'ann','wrong',NULL,'2026-11-28 19:57:34.649827');
INSERT INTO "feedback_history" VALUES(30,26,'ann','wrong','negative','2026-11-28 19:57:34.655513');
INSERT INTO "feedback_history" VALUES(31,26,'ann','undone',NULL,'2026-11-28 19:57:34.660685');
INSERT INTO "feedback_history" VALUES(32,26,'ann','wrong','neutral','2026-11-28 19:57:34.665521');
INSERT INTO "feedback_history" VALUES(33,27,'ann','right','positive','2026-11-28 19:57:34.675572');
INSERT INTO "feedback_history" VALUES(34,27,'ann','undone',NULL,'2026-11-28 19:57:34.680956');
INSERT INTO "feedback_history" VALUES(35,28,'ann','wrong',NULL,'2026-11-28 19:57:34.691313');
INSERT INTO "feedback_history" VALUES(36,29,'ann','wrong','negative','2026-11-28 19:57:34.705080');
INSERT INTO "feedback_history" VALUES(37,30,'ann','right','positive','2026-11-28 19:57:34.711107');
INSERT INTO "feedback_history" VALUES(38,30,'ann','undone',NULL,'2026-11-28 19:57:34.716404');
INSERT INTO "feedback_history" VALUES(39,31,'ann','right','positive','2026-11-28 19:57:34.729178');
INSERT INTO "feedback_history" VALUES(40,32,'ann','wrong',NULL,'2026-11-28 19:57:34.734260');
INSERT INTO "feedback_history" VALUES(41,33,'ann','wrong','LABEL_7','2026-11-28 19:57:34.743634');
INSERT INTO "feedback_history" VALUES(42,33,'bob','right','positive','2026-11-28 19:57:34.748605');
INSERT INTO "feedback_history" VALUES(43,34,'bob','right','positive','2026-11-28 19:57:34.756985');
INSERT INTO "feedback_history" VALUES(44,35,'ann','right','joy','2026-11-28 19:57:34.766733');
INSERT INTO "feedback_history" VALUES(45,36,'ann','right','yes','2026-11-28 19:57:34.776374');
INSERT INTO "feedback_history" VALUES(46,37,'ann','right','yes','2026-11-28 19:57:34.785635');
INSERT INTO "feedback_history" VALUES(47,39,'U1','wrong','positive','2026-11-28 19:57:34.842386');
INSERT INTO "feedback_history" VALUES(48,40,'U1','wrong','positive','2026-11-28 19:57:34.852106');
INSERT INTO "feedback_history" VALUES(49,41,'U2','right','yes','2026-11-28 19:57:34.862086');
INSERT INTO "feedback_history" VALUES(50,42,'U2','right','yes','2026-11-28 19:57:34.871681');
CREATE TABLE job_messages (
	job_id INTEGER NOT NULL, 
	channel VARCHAR NOT NULL, 
	message VARCHAR NOT NULL, 
	CONSTRAINT pk_job_messages PRIMARY KEY (job_id), 
	CONSTRAINT fk_job_messages_job_id FOREIGN KEY(job_id) REFERENCES jobs (id)
);
INSERT INTO "job_messages" VALUES(1,'C1','m1');
INSERT INTO "job_messages" VALUES(2,'C1','m2');
INSERT INTO "job_messages" VALUES(3,'C1','m3');
INSERT INTO "job_messages" VALUES(4,'C1','m4');
INSERT INTO "job_messages" VALUES(5,'C1','m5');
CREATE TABLE jobs (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	community VARCHAR NOT NULL, 
	user VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	params JSON NOT NULL, 
	pid INTEGER NOT NULL, 
	process_started_at FLOAT NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	metrics JSON NOT NULL, 
	reason TEXT, 
	created_at DATETIME NOT NULL, 
	ended_at DATETIME
);
INSERT INTO "jobs" VALUES(1,'discord:1','ann','finetune','{"name": "ours", "base": "fillmask@0", "epochs": 3, "seed": 20261121, "labels": {"negative": 6, "neutral": 6, "positive": 6}, "train": 14, "held_out": 4, "language": "ko"}',4242,1.0,'done','{"new": {"accuracy": 0.75}, "version": 1}',NULL,'2026-11-28 19:57:34.494900','2026-11-28 19:57:34.512270');
INSERT INTO "jobs" VALUES(2,'discord:1','ann','finetune','{"name": "ours", "base": "fillmask@0", "epochs": 3, "seed": 20261121, "labels": {"negative": 6, "neutral": 6, "positive": 6}, "train": 14, "held_out": 4, "language": "ko"}',4242,1.0,'failed','{}','crash','2026-11-28 19:57:34.795246','2026-11-28 19:57:34.800678');
INSERT INTO "jobs" VALUES(3,'discord:1','ann','finetune','{"name": "ours", "base": "fillmask@0", "epochs": 3, "seed": 20261121, "labels": {"negative": 6, "neutral": 6, "positive": 6}, "train": 14, "held_out": 4, "language": "ko"}',4242,1.0,'done','{"new": {"accuracy": 0.75}, "version": 2}',NULL,'2026-11-28 19:57:34.806714','2026-11-28 19:57:34.815847');
INSERT INTO "jobs" VALUES(4,'discord:1','ann','finetune','{"name": "sentiment", "base": "fillmask@0", "epochs": 3, "seed": 20261121, "labels": {"negative": 6, "neutral": 6, "positive": 6}, "train": 14, "held_out": 4, "language": "ko"}',4242,1.0,'done','{"new": {"accuracy": 0.75}, "version": 1}',NULL,'2026-11-28 19:57:34.821487','2026-11-28 19:57:34.832389');
INSERT INTO "jobs" VALUES(5,'slack:T1','ann','finetune','{"name": "ours", "base": "fillmask@0", "epochs": 3, "seed": 20261121, "labels": {"negative": 6, "neutral": 6, "positive": 6}, "train": 14, "held_out": 4, "language": "ko"}',4242,1.0,'done','{"new": {"accuracy": 0.75}, "version": 1}',NULL,'2026-11-28 19:57:34.879592','2026-11-28 19:57:34.889768');
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
);
INSERT INTO "queries" VALUES(1,'discord:1','ann','classify','movie 24','sentiment@0','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.348709');
INSERT INTO "queries" VALUES(2,'discord:1','ann','classify','movie 25','sentiment@0','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.368203');
INSERT INTO "queries" VALUES(3,'discord:1','ann','classify','movie 26','sentiment@0','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.378637');
INSERT INTO "queries" VALUES(4,'discord:1','ann','classify','movie 27','sentiment@0','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.388475');
INSERT INTO "queries" VALUES(5,'discord:1','ann','classify','movie 28','sentiment@0','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.399851');
INSERT INTO "queries" VALUES(6,'discord:1','ann','classify','movie 29','sentiment@0','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.411707');
INSERT INTO "queries" VALUES(7,'discord:1','ann','classify','awful film','sentiment@0','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.422733');
INSERT INTO "queries" VALUES(8,'discord:1','ann','classify','bad food','sentiment@0','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.433694');
INSERT INTO "queries" VALUES(9,'discord:1','ann','classify','never again','sentiment@0','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.443047');
INSERT INTO "queries" VALUES(10,'discord:1','ann','classify','so dull','sentiment@0','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.452457');
INSERT INTO "queries" VALUES(11,'discord:1','bob','classify','it is a film','sentiment@0','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.462206');
INSERT INTO "queries" VALUES(12,'discord:1','bob','classify','two hours long','sentiment@0','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.471956');
INSERT INTO "queries" VALUES(13,'discord:1','bob','classify','in colour','sentiment@0','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.481925');
INSERT INTO "queries" VALUES(14,'discord:1','ann','classify','movie 30','ours@1','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.519995');
INSERT INTO "queries" VALUES(15,'discord:1','ann','classify','movie 31','ours@1','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.530569');
INSERT INTO "queries" VALUES(16,'discord:1','ann','classify','movie 32','ours@1','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.539241');
INSERT INTO "queries" VALUES(17,'discord:1','ann','classify','movie 33','ours@1','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.549849');
INSERT INTO "queries" VALUES(18,'discord:1','ann','classify','movie 34','ours@1','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.559570');
INSERT INTO "queries" VALUES(19,'discord:1','ann','classify','movie 35','ours@1','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.569698');
INSERT INTO "queries" VALUES(20,'discord:1','ann','classify','좋은 영화','sentiment@0','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.578661');
INSERT INTO "queries" VALUES(21,'discord:1','bob','classify','좋은 영화','sentiment@0','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.581934');
INSERT INTO "queries" VALUES(22,'discord:1','bob','classify','good​  movie','sentiment@0','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.601302');
INSERT INTO "queries" VALUES(23,'discord:1','ann','classify','good movie','sentiment@0','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.604704');
INSERT INTO "queries" VALUES(24,'discord:1','ann','classify','Good Movie','sentiment@0','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.607996');
INSERT INTO "queries" VALUES(25,'discord:1','ann','classify','a tie','sentiment@0','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.626571');
INSERT INTO "queries" VALUES(26,'discord:1','ann','classify','changed minds','sentiment@0','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.641189');
INSERT INTO "queries" VALUES(27,'discord:1','ann','classify','taken back','sentiment@0','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.671296');
INSERT INTO "queries" VALUES(28,'discord:1','ann','classify','wrong, and nothing more','sentiment@0','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.686602');
INSERT INTO "queries" VALUES(29,'discord:1','ann','classify','asked twice','sentiment@0','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.697388');
INSERT INTO "queries" VALUES(30,'discord:1','bob','classify','asked twice','sentiment@0','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.701490');
INSERT INTO "queries" VALUES(31,'discord:1','ann','classify','right, then wrong','sentiment@0','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.721286');
INSERT INTO "queries" VALUES(32,'discord:1','ann','classify','right, then wrong','sentiment@0','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.724991');
INSERT INTO "queries" VALUES(33,'discord:1','ann','classify','no such label','sentiment@0','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.739303');
INSERT INTO "queries" VALUES(34,'discord:1','dora','classify','of one who said no','sentiment@0','{"labels": ["positive", "neutral", "negative"], "scores": [0.7, 0.2, 0.1]}','["negative", "neutral", "positive"]',3.5,'2026-11-28 19:57:34.753384');
INSERT INTO "queries" VALUES(35,'discord:1','ann','classify','several moods','moods@0','{"labels": ["joy", "fear"], "scores": [0.9, 0.8]}','[]',3.5,'2026-11-28 19:57:34.762739');
INSERT INTO "queries" VALUES(36,'discord:1','ann','classify','will you come?','org/Replies-Model@abcdef0','{"labels": ["yes", "no"], "scores": [0.7, 0.2]}','["no", "yes"]',3.5,'2026-11-28 19:57:34.772561');
INSERT INTO "queries" VALUES(37,'discord:1','ann','classify','is it late?','org/Replies-Model@abcdef0','{"labels": ["yes", "no"], "scores": [0.7, 0.2]}','["no", "yes"]',3.5,'2026-11-28 19:57:34.781238');
INSERT INTO "queries" VALUES(38,'discord:1','ann','tokenize','cut me','sentiment@0','{"tokens": [4]}','[]',3.5,'2026-11-28 19:57:34.790754');
INSERT INTO "queries" VALUES(39,'slack:T1','U1','classify','good movie','sentiment@0','{"labels": ["negative", "neutral", "positive"], "scores": [0.7, 0.2, 0.1]}','["positive", "neutral", "negative"]',3.5,'2026-11-28 19:57:34.838619');
INSERT INTO "queries" VALUES(40,'slack:T1','U1','classify','hola','sentiment@0','{"labels": ["negative", "neutral", "positive"], "scores": [0.7, 0.2, 0.1]}','["positive", "neutral", "negative"]',3.5,'2026-11-28 19:57:34.848117');
INSERT INTO "queries" VALUES(41,'slack:T1','U1','classify','sí','other/replies-model@1','{"labels": ["yes", "no"], "scores": [0.7, 0.2]}','["no", "yes"]',3.5,'2026-11-28 19:57:34.857990');
INSERT INTO "queries" VALUES(42,'slack:T1','U1','classify','qué','third/replies-model@1','{"labels": ["yes", "no", "maybe"], "scores": [0.7, 0.2, 0.1]}','["maybe", "no", "yes"]',3.5,'2026-11-28 19:57:34.867559');
CREATE TABLE seen_events (
	event VARCHAR NOT NULL, 
	seen_at DATETIME NOT NULL, 
	CONSTRAINT pk_seen_events PRIMARY KEY (event)
);
INSERT INTO "seen_events" VALUES('slack:Ev1','2026-11-28 19:57:34.915077');
CREATE TABLE settings (
	community VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	value JSON NOT NULL, 
	updated_at DATETIME NOT NULL, 
	CONSTRAINT pk_settings PRIMARY KEY (community, name)
);
INSERT INTO "settings" VALUES('discord:1','roles','{"7": {"name": "helpers", "role": "moderator"}}','2026-11-28 19:57:34.896172');
INSERT INTO "settings" VALUES('slack:T1','roles','{"7": {"name": "helpers", "role": "moderator"}}','2026-11-28 19:57:34.901913');
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
	created_at DATETIME NOT NULL, 
	CONSTRAINT fk_versions_job_id FOREIGN KEY(job_id) REFERENCES jobs (id), 
	CONSTRAINT uq_versions_community_name_number UNIQUE (community, name, number)
);
INSERT INTO "versions" VALUES(1,'discord:1','ours',1,'models/trained/ours1','fillmask@0','["negative", "neutral", "positive"]','{"new": {"accuracy": 0.75}}',1,'2026-11-28 19:57:34.509021');
INSERT INTO "versions" VALUES(2,'discord:1','ours',2,'models/trained/ours3','fillmask@0','["negative", "neutral", "positive"]','{"new": {"accuracy": 0.75}}',3,'2026-11-28 19:57:34.813234');
INSERT INTO "versions" VALUES(3,'discord:1','sentiment',1,'models/trained/sentiment4','fillmask@0','["negative", "neutral", "positive"]','{"new": {"accuracy": 0.75}}',4,'2026-11-28 19:57:34.829639');
INSERT INTO "versions" VALUES(4,'slack:T1','ours',1,'models/trained/ours5','fillmask@0','["negative", "neutral", "positive"]','{"new": {"accuracy": 0.75}}',5,'2026-11-28 19:57:34.887600');
CREATE INDEX ix_queries_community_user ON queries (community, user);
CREATE INDEX ix_feedback_history_query_id ON feedback_history (query_id);
CREATE INDEX ix_jobs_community_kind ON jobs (community, kind);
CREATE INDEX ix_jobs_state ON jobs (state);
CREATE INDEX ix_seen_events_seen_at ON seen_events (seen_at);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('queries',42);
INSERT INTO "sqlite_sequence" VALUES('feedback_history',50);
INSERT INTO "sqlite_sequence" VALUES('jobs',5);
INSERT INTO "sqlite_sequence" VALUES('versions',4);
COMMIT;
