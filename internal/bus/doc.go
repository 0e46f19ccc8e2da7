// Package bus is the durable log: four JetStream streams, in a NATS server
// that runs inside the process or in an external cluster. It is the only
// package that knows NATS.
//
// # What "on disk" means
//
// A call that returns without an error has put its messages where a power cut
// does not reach them. JetStream alone does not promise that: by default it
// acknowledges first and calls fsync up to two minutes later, and a power cut
// then takes acknowledged messages, even the stream. So the embedded server
// runs with SyncAlways, Open refuses to go on without it, and no stream may
// persist asynchronously, which would switch it off again. In an external
// cluster a quorum of the replicas stands for the disk; with a single replica
// there the setting is the operator's, and Open says so in the log.
//
// # Why batches
//
// With SyncAlways each message costs one fsync, and publishing asynchronously
// changes nothing about that. An atomic batch costs the same few however many
// messages it holds. So the messages of many callers gather while a write is
// under way: fewer than eight go out singly, more as one batch of at most a
// thousand. Nobody waits for a timer, and a message that comes alone is written
// at once. The client library has no call for atomic batches; they are three
// headers (see write.go). A batch is refused whole for one bad message, hence
// everything that can be known is checked before the first one is sent, and
// what is refused nevertheless is published singly.
//
// # Why nothing is acknowledged
//
// The server forgets the consumer acknowledgements of the last moments before
// it is killed, and counts redeliveries from one again. So no position is kept
// in NATS: readers say from which sequence they want to read, write their
// positions into the log, and consumers here are nameless and without
// acknowledgements.
//
// # What may have happened
//
// An answer that does not come says nothing: the message may be on disk. Such
// an error is Ambiguous. The writer of DIALS then reads the end of the stream
// before it writes again. That suffices, because each of its writes names the
// last sequence that it knows (see Append): of a write that is late and of the
// next one, the stream takes one. Reads go to the leader of a stream, never to
// a replica that may lag, so that what was written is also read.
//
// # Caveats
//
//   - A full disk wedges JetStream until the process starts again: writes get
//     no answer, and Health says why. So intake stops while the other streams
//     still have room (see room.go), and MENTIONS alone cannot fill the disk.
//   - A batch that breaks off keeps one of 50 places of its stream for ten
//     seconds. When the places are taken, messages go singly.
//   - Erase writes the file that holds a message anew, with other bytes in its
//     place. The disk keeps the old ones until it needs their room, and a Copy
//     that was made before keeps the message. A process killed between the two steps of the server can
//     leave a message that is gone, and yet has its bytes in the file until the
//     server next compacts that. Purge removes whole files; the last partly live
//     one keeps old bytes.
//   - A subject costs memory for ever. Subjects here are few; keys are headers.
//   - Whoever reaches the port of Options.Listen may read and write everything.
package bus
