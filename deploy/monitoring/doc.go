// Package monitoring holds what ops see of directdial: the Grafana dashboards,
// the Prometheus rules, and the tests of these rules. All are written from here,
// with the names of internal/metric, into deploy/grafana and deploy/prometheus:
//
//	go generate ./deploy/monitoring
//
// Two kinds of numbers are added up in two ways. What one process has counted
// (sends, requests, answers) is the sum over the processes. What a process reads
// from its index (mentions by state, open dials, coverage) every process of a
// cluster shows, each the same, so it is the maximum.
//
// The tests of this package start a daemon under load and a real Prometheus
// beside it, and ask every query of every panel and rule: none may fail, none
// may find nothing. Where no Prometheus is installed, they say so and skip.
//
// The pictures in docs/pictures are drawn from the same queries, for whoever has
// no Grafana at hand:
//
//	go test ./deploy/monitoring -run Pictures -pictures ../../docs/pictures
package monitoring

//go:generate go run ./generate ../..
//go:generate go test . -run TestTableOfMetricsIsWhatADaemonShows -update
