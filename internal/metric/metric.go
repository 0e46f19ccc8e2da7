// Package metric names what the program measures. Whoever registers a metric,
// draws it on a dashboard, alerts on it or explains it in a document takes the
// name from here, so that a name that changes changes everywhere.
//
// deploy/METRICS.md says of each what it means.
package metric

// The ledger: where the mentions are, and whether both sides agree.
const (
	Mentions         = "directdial_mentions"
	MentionsPosition = "directdial_mentions_position"
	MentionsWaiting  = "directdial_mentions_waiting"
	MentionRepeats   = "directdial_mention_repeats_total"
	LedgerDifference = "directdial_ledger_difference"
)

// Dials and what became of them.
const (
	Dials           = "directdial_dials"
	DialsOpened     = "directdial_dials_opened_total"
	DialsOpen       = "directdial_dials_open"
	DialsLate       = "directdial_dials_late"
	DialsToFallback = "directdial_dials_to_fallback_total"
	Answers         = "directdial_answers_total"
	Events          = "directdial_events_total"
	ActionsRefused  = "directdial_actions_refused_total"
)

// The time from one station of a mention to the next.
const (
	PublicationToAcceptance = "directdial_publication_to_acceptance_seconds"
	AcceptanceToCard        = "directdial_acceptance_to_card_seconds"
	CardToAccept            = "directdial_card_to_accept_seconds"
	AcceptToAnswer          = "directdial_accept_to_answer_seconds"
)

// Sources.
const (
	SourceInfo        = "directdial_source_info"
	SourceUp          = "directdial_source_up"
	SourceLag         = "directdial_source_lag_seconds"
	SourceLastSuccess = "directdial_source_last_success_timestamp_seconds"
	SourceNewestItem  = "directdial_source_newest_item_timestamp_seconds"
	SourceRateLeft    = "directdial_source_rate_remaining"
	SourceRateReset   = "directdial_source_rate_reset_timestamp_seconds"
	SourceRequests    = "directdial_source_requests_total"
	SourceLooks       = "directdial_source_looks_total"
	SourceTooQuiet    = "directdial_source_too_quiet"
	SourcePerHour     = "directdial_source_mentions_per_hour"
	SourceExpected    = "directdial_source_mentions_per_hour_expected"
	SourceRetries     = "directdial_source_retries_total"
	SourceItems       = "directdial_source_items_total"
	SourceMissing     = "directdial_source_missing_total"
)

// Channels and cards.
const (
	Cards            = "directdial_cards_total"
	CardsWaiting     = "directdial_cards_waiting"
	ChannelAttempts  = "directdial_channel_attempts_total"
	ChannelOutcomes  = "directdial_channel_outcomes_total"
	ChannelAmbiguous = "directdial_channel_ambiguous_sends_total"
	ChannelWaiting   = "directdial_channel_cards_waiting"
	ChannelDown      = "directdial_channel_down"
)

// People, without their names.
const (
	CoverageEnabled    = "directdial_coverage_enabled_experts"
	Experts            = "directdial_experts"
	ExpertsByOpenDials = "directdial_experts_by_open_dials"
	ExpertsBudgetSpent = "directdial_experts_budget_spent"
	CalendarsFailing   = "directdial_calendars_failing"
)

// The log and the process.
const (
	LogUp              = "directdial_log_up"
	LogRoom            = "directdial_log_room_bytes"
	StreamMessages     = "directdial_stream_messages"
	StreamBytes        = "directdial_stream_bytes"
	StreamLastSequence = "directdial_stream_last_sequence"
	StepsApplied       = "directdial_steps_applied"
	LogWriteRetries    = "directdial_log_write_retries_total"
	LogUnknownEvents   = "directdial_log_unknown_events_total"
	Removed            = "directdial_removed_total"
	ErasuresWaiting    = "directdial_erasures_waiting"
	HTTPRequests       = "directdial_http_requests_total"
	ReloadSuccess      = "directdial_config_reload_success"
	ReloadTimestamp    = "directdial_config_reload_timestamp_seconds"
	BuildInfo          = "directdial_build_info"
	Example            = "directdial_example"
)

// None is the value of a label where there is nothing to say: an empty one
// would be no label at all.
const None = "none"
