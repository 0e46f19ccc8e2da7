.PHONY: all test ci proof bench generate

all: test

test:            ## all tests, as the README says
	go test ./...

ci:              ## everything that must pass before a change lands
	.ci/run

proof:           ## an hour of the same, larger: see docs/proof.md
	.ci/proof

bench:           ## figures as ratios against a limit or a peer of the same run
	go test -run '^$$' -bench . -benchmem ./...

generate:        ## schema, samples in READMEs
	go generate ./...
