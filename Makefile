.PHONY: all test ci proof proof-bluesky bench speed generate classifier observe-check manual image proof-mastodon proof-feed proof-browser proof-mail proof-nats

all: test

test:            ## all tests, as the README says
	go test ./...

ci:              ## everything that must pass before a change lands
	.ci/run

proof:           ## an hour of the same, larger: see docs/proof.md
	.ci/proof

proof-bluesky:   ## the source of type bluesky on a real PDS and AppView (npm, Debian: postgresql, redis-server)
	deploy/proof-bluesky

proof-mastodon:  ## the source of type mastodon on a real GoToSocial; GOTOSOCIAL=folder of an unpacked release
	deploy/proof-mastodon

proof-feed:      ## the source of type feed on a real nginx (Debian: nginx-light)
	deploy/proof-feed

proof-mail:      ## cards through a real Postfix, bounces from a real Dovecot (Debian: postfix, dovecot-imapd)
	deploy/proof-mail

proof-browser:   ## the page of a mail in a real Chromium (Debian: chromium; npm)
	deploy/proof-browser

proof-nats:      ## the log in a cluster of three real NATS servers, which are killed
	deploy/proof-nats

bench:           ## figures as ratios against a limit or a peer of the same run
	go test -run '^$$' -bench . -benchmem ./...

speed:           ## docs/speed.md, where the development data is
	go test ./classify -count=1 -run SpeedIsWrittenDown -args -speed=../docs/speed.md

observe-check:   ## every panel and rule asked of a real Prometheus (Debian: prometheus) on a daemon under load
	go test ./deploy/monitoring -count=1 -v

generate:        ## schema, samples in READMEs
	go generate ./...

classifier:      ## docs/classifier.md, where the development data is
	go generate ./classify/evaluation

manual:          ## man pages and completions of the shells, in bin/manual
	go build -buildvcs=auto -o bin/directdial ./cmd/directdial
	rm -rf bin/manual
	bin/directdial manual bin/manual

image:           ## the container image
	docker build -f deploy/docker/Dockerfile -t directdial:local .
