-- Runs on PostgreSQL, and on H2 with MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE.

create table submissions (
  id uuid primary key,
  course varchar(100) not null,
  assignment varchar(100) not null,
  -- How the caller calls the student; empty where nobody said.
  student varchar(200) not null,
  -- What the submission is called on its pages.
  name varchar(200) not null,
  -- SHA-256 of the archive as it came.
  archive char(64) not null,
  bytes bigint not null,
  received_at timestamp with time zone not null,
  -- Who handed it in: the token that was shown.
  origin varchar(100) not null,
  idempotency_key varchar(255),
  unique (origin, idempotency_key)
);

create table gradings (
  id uuid primary key,
  submission uuid not null references submissions (id),
  -- Counts from 1; the last one is what holds.
  number int not null,
  -- Its place among the jobs of all courses.
  turn bigint not null,
  -- queued, grading, graded, rejected, infrastructure-failure
  status varchar(30) not null,
  -- How often a worker has begun with it. Who holds the last number may write.
  attempt int not null,
  worker varchar(200),
  -- What is being done, in a few words.
  step varchar(500) not null,
  queued_at timestamp with time zone not null,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  -- result.json, and the digest of the list of all files that belong to it.
  result text,
  files char(64),
  -- Why there is no verdict.
  reason text,
  unique (submission, number)
);

-- Whose turn it is (start-time fair queueing): of each course the turn after its last job's, and under the empty name
-- the last turn that a worker has begun with.
create table shares (
  course varchar(100) primary key,
  turn bigint not null
);

create table tokens (
  id varchar(20) primary key,
  -- SHA-256 of the secret, which nobody keeps.
  secret char(64) not null,
  name varchar(200) not null,
  scopes varchar(200) not null,
  -- The course that it is for; null for all.
  course varchar(100),
  created_at timestamp with time zone not null,
  revoked_at timestamp with time zone
);

-- What others are told of gradings that are over, and what became of it.
create table deliveries (
  id uuid primary key,
  -- A webhook of the course, by its id.
  receiver varchar(100) not null,
  grading uuid not null references gradings (id),
  -- waiting, delivered, dead
  state varchar(20) not null,
  attempts int not null,
  -- What came of the last attempt.
  said varchar(500) not null,
  created_at timestamp with time zone not null,
  tried_at timestamp with time zone,
  unique (receiver, grading)
);

create index deliveries_state on deliveries (state, created_at);

-- db-scheduler's own tables: of gradings, and of deliveries.
create table scheduled_tasks (
  task_name varchar(100) not null,
  task_instance varchar(100) not null,
  task_data bytea,
  execution_time timestamp with time zone not null,
  picked boolean not null,
  picked_by varchar(200),
  last_success timestamp with time zone,
  last_failure timestamp with time zone,
  consecutive_failures int,
  last_heartbeat timestamp with time zone,
  version bigint not null,
  priority smallint,
  primary key (task_name, task_instance)
);

create index scheduled_tasks_turn on scheduled_tasks (priority desc, execution_time asc);
create index scheduled_tasks_heartbeat on scheduled_tasks (last_heartbeat);

create table scheduled_deliveries (
  task_name varchar(100) not null,
  task_instance varchar(100) not null,
  task_data bytea,
  execution_time timestamp with time zone not null,
  picked boolean not null,
  picked_by varchar(200),
  last_success timestamp with time zone,
  last_failure timestamp with time zone,
  consecutive_failures int,
  last_heartbeat timestamp with time zone,
  version bigint not null,
  priority smallint,
  primary key (task_name, task_instance)
);

create index scheduled_deliveries_turn on scheduled_deliveries (priority desc, execution_time asc);
create index scheduled_deliveries_heartbeat on scheduled_deliveries (last_heartbeat);
