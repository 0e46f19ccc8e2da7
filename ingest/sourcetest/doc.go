// Package sourcetest is the conformance kit of sources: what a source must hold
// whatever its platform does, as tests that each adapter runs.
//
// An adapter brings a Fake: a faithful double of its platform over HTTP that
// knows what was published. The kit runs the source in the real Runner against
// it, in fake time and over a network in memory, puts faults in between, kills
// it at the worst moments, and compares what reached the exchange with what was
// published:
//
//	func TestConformance(t *testing.T) {
//		sourcetest.Run(t, sourcetest.Platform{
//			Type: "example",
//			New:  func() sourcetest.Fake { return newFake() },
//			Settings: func(base string) string {
//				return "url: " + base + "/items\nevery: 1m\n"
//			},
//			Every: time.Minute,
//		})
//	}
//
// Log, the exchange in memory, is of use in other tests, too. So are Drain and
// Answer, for tests that ask a source by hand.
package sourcetest
