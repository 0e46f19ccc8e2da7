package monitoring

import "github.com/directdial/directdial/internal/metric"

func processBoard() Dashboard {
	return Dashboard{
		UID: "directdial-process", Title: "directdial: Process",
		Help: "The processes, their log on disk, and what they are asked over HTTP.",
		Rows: []Row{
			{"Do they run?", processStats()},
			{"The log", processLog()},
			{"The process", processRuntime()},
		},
	}
}

func processStats() []Panel {
	return []Panel{
		{
			Title: "Processes", Help: "Whether Prometheus reaches the process.", Kind: Stat, Steps: good(1),
			Names: map[string]string{"0": "down", "1": "up"}, Queries: one(`up{job="directdial"}`, "{{instance}}"),
		},
		{
			Title: "Log", Help: "Whether the log can be written.", Kind: Stat, Steps: good(1),
			Names: map[string]string{"0": "down", "1": "up"}, Queries: one(metric.LogUp, "{{instance}}"),
		},
		{
			Title: "Configuration", Help: "Whether the file as it is now is in force. If not, the one before is: the log says what is wrong with it.", Kind: Stat, Steps: good(1),
			Names: map[string]string{"0": "refused", "1": "in force"}, Queries: one(metric.ReloadSuccess, "{{instance}}"),
		},
		{
			Title: "Configuration read", Help: "When the configuration in force was read.", Kind: Stat, Unit: "dateTimeFromNow",
			Queries: one(metric.ReloadTimestamp+" * 1000", "{{instance}}"),
		},
		{
			Title: "Started", Help: "When the process started.", Kind: Stat, Unit: "dateTimeFromNow",
			Queries: one(`process_start_time_seconds{job="directdial"} * 1000`, "{{instance}}"),
		},
		{
			Title: "Example", Help: "Whether the built-in example configuration runs.", Kind: Stat, Steps: bad(1),
			Names: map[string]string{"0": "no", "1": "yes"}, Queries: one(metric.Example, "{{instance}}"),
		},
		{
			Title: "Builds", NoValue: true, Help: "What runs where.", Kind: Table, Width: 24,
			Queries: one(maxBy("instance, version, goversion", metric.BuildInfo), ""),
		},
	}
}

func processLog() []Panel {
	return []Panel{
		{
			Title: "Messages written", Help: "By stream.", Kind: TimeSeries, Unit: "cps",
			Queries: one("clamp_min(deriv("+metric.StreamLastSequence+"[$__rate_interval]), 0)", "{{instance}} {{stream}}"),
		},
		{
			Title: "Bytes held", Help: "By stream.", Kind: TimeSeries, Unit: "bytes", Stacked: true,
			Queries: one(metric.StreamBytes, "{{instance}} {{stream}}"),
		},
		{
			Title: "Room left", Help: "Until mentions are refused with 503. An external cluster has its own.", Kind: TimeSeries, Unit: "bytes",
			Queries: one(metric.LogRoom, "{{instance}}"),
		},
		{
			Title: "Messages held", Help: "By stream.", Kind: TimeSeries,
			Queries: one(metric.StreamMessages, "{{instance}} {{stream}}"),
		},
		{
			Title: "Behind the log", Help: "Steps in the log that the index has not folded: of a process that stands by, how far it is behind.", Kind: TimeSeries,
			Queries: one("clamp_min("+metric.StreamLastSequence+`{stream="DIALS"} - ignoring (stream) `+metric.StepsApplied+", 0)", "{{instance}}"),
		},
		{
			Title: "Trouble with the log", Help: "Writes tried again because they failed or their answer was lost, and events of a kind that this build does not know.", Kind: TimeSeries, Unit: "cps",
			Queries: []Query{
				{rate(metric.LogWriteRetries), "{{instance}} tried again"},
				{rate(metric.LogUnknownEvents), "{{instance}} unknown"},
			},
		},
		{
			Title: "Removed for good", Help: "What was erased, and what the retention took, since the beginning.", Kind: Bars, Width: 12,
			Queries: one(maxBy("what", metric.Removed), "{{what}}"),
		},
		{
			Title: "Erasures under way", Help: "Messages of people who are to be forgotten that are not overwritten on the disk yet.", Kind: TimeSeries, Width: 12,
			Queries: one("max("+metric.ErasuresWaiting+")", "waiting"),
		},
	}
}

func processRuntime() []Panel {
	const of = `{job="directdial"}`
	return []Panel{
		{
			Title: "Requests", Help: "Answered, by listener and status.", Kind: TimeSeries, Unit: "reqps",
			Queries: one(sumBy("listener, code", rate(metric.HTTPRequests)), "{{listener}} {{code}}"),
		},
		{
			Title: "CPU", Help: "Seconds of CPU a second.", Kind: TimeSeries,
			Queries: one(rate("process_cpu_seconds_total"+of), "{{instance}}"),
		},
		{
			Title: "Memory", Help: "Resident, and what the Go heap uses of it.", Kind: TimeSeries, Unit: "bytes",
			Queries: []Query{
				{"process_resident_memory_bytes" + of, "{{instance}} resident"},
				{"go_memstats_heap_inuse_bytes" + of, "{{instance}} heap"},
			},
		},
		{
			Title: "Goroutines", Help: "Steady is well; a rise without end is a leak.", Kind: TimeSeries,
			Queries: one("go_goroutines"+of, "{{instance}}"),
		},
		{
			Title: "Open files", Help: "Of those that the process may open.", Kind: TimeSeries, Unit: "percentunit",
			Queries: one("process_open_fds"+of+" / process_max_fds"+of, "{{instance}}"),
		},
		{
			Title: "Pauses of the garbage collector", Help: "Seconds paused a second.", Kind: TimeSeries, Unit: "s",
			Queries: one(rate("go_gc_duration_seconds_sum"+of), "{{instance}}"),
		},
	}
}
