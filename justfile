# Every habit of the project as a recipe. `just` alone lists them.

[private]
default:
    @just --list --unsorted

# all tests: neither Docker, nor Python, nor a network is needed; what is skipped for want of them says so
test *ARGS:
    cargo test {{ARGS}}

# the main job: every stack's features on a target, `just e2e --target NAME`
e2e *ARGS:
    cargo run --quiet -- test {{ARGS}}

# a target with its gateway and the stacks, until Ctrl-C
up *ARGS:
    cargo run --quiet -- up {{ARGS}}

# tests of the programs that the stacks deploy, which `just test` leaves out
test-programs *ARGS:
    cargo test -p cci-job-init -p hybrid-processing -p hybrid-relay-agent -p hybrid-validation -p platform-ingest -p stackproof-functions {{ARGS}}

# formatting and lints, as CI has them
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    terraform fmt -check -recursive infra features || echo "terraform is not here: its formatting was not checked"

# what reads other people's bytes, under mutations of good input: the targets whose names begin so, that many seconds each
fuzz TARGET="" SECONDS="600":
    FUZZ_SECONDS={{SECONDS}} cargo test --release -p stackproof-policy --test fuzz -- {{TARGET}} --test-threads 1 --nocapture
    FUZZ_SECONDS={{SECONDS}} cargo test --release -p stackproof-aws --test fuzz -- {{TARGET}} --test-threads 1 --nocapture
    FUZZ_SECONDS={{SECONDS}} cargo test --release -p stackproof-gateway --lib -- authenticate::tests::fuzz::{{TARGET}} --test-threads 1 --nocapture
    FUZZ_SECONDS={{SECONDS}} cargo test --release -p stackproof-gateway --test it -- fuzz::{{TARGET}} --test-threads 1 --nocapture

# speed; figures and how they are taken are in benches/README.md
bench:
    cargo bench -p stackproof-policy
    cargo bench -p stackproof

# a minute of load on a target, and its end by `kill -9`; see benches/README.md
soak *ARGS="--clients 64 --seconds 60":
    cargo bench -p stackproof --bench load -- {{ARGS}}

# an object of a gibibyte in and out of a target, which stays below 128 MiB of memory
soak-large MIB="1024" *ARGS:
    cargo bench -p stackproof --bench load -- --large {{MIB}} {{ARGS}}

# the shapes of the AWS tables, from botocore's models (needs the PyPI package `botocore`)
tables:
    python3 crates/aws/data/generate.py athena dynamodb dynamodbstreams ec2 ecr ecs events glue iam kinesis kms lambda logs quicksight s3 s3control secretsmanager sns sqs sts

# docs/steps.md from the steps themselves, and all snapshots, taken as they are now
bless:
    UPDATE_DOCS=1 INSTA_UPDATE=always cargo test

# hostile requests for a time each, compared with what the embedded upstream, LocalStack and moto do
fuzz-upstreams SECONDS="600":
    FUZZ_SECONDS={{SECONDS}} cargo test -p stackproof-gateway --test it differential -- --nocapture --test-threads 1
    FUZZ_SECONDS={{SECONDS}} cargo test -p stackproof --test it differential -- --include-ignored --nocapture --test-threads 1

# the LocalStack image from packages, where no image registry is reached (needs Docker)
image *ARGS:
    localstack/build {{ARGS}}

# a program that a stack deploys, packed: the zip that the stack's `*_package` names, or the image of the processing task
package PROGRAM:
    infra/functions/package {{PROGRAM}}

# what CI runs
ci:
    CI=true bash .ci/run
