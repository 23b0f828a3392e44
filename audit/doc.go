// Package audit shows what happened in an execution: it replays the Temporal
// histories of the execution's workflow and listens to the machine.
//
// Nothing is stored for it while an execution runs, and what it shows cannot
// disagree with what ran: the same workflow code takes the same steps, this
// time with a recorder as the machine's sink. One datum passes through like
// this: [Read] walks the chain of runs that continued each other, from the
// first that Temporal still keeps; each run's history, as far as the workflow
// has decided about it, goes through [Replay], whose events are handed on in
// the order of their ids, AWS's own. A run that is no longer kept shows as a
// gap: the first event's id is not 1.
//
// An item of a Map Run has an execution too. [FindItem] leads from its ARN to
// its shard, whose history holds those of many items when they are packed: the
// recorder then listens to the one. An item that was redriven has come to another
// shard, in the same run of its Map Run or in a later one: [Read] goes through its
// shards as through the runs of a chain. Of a running execution, attempts that the
// server has made on its own stand in no history; [Source].Provisional gets them
// from what Temporal tells of pending activities.
//
// The same replay tells where the execution stood: [Replayed].Frame is the frame
// that its worker had, from which it could go on.
//
// Histories, and so the events, last as long as the namespace keeps closed
// workflows. A replay needs workflow code that is compatible with the code that
// ran; else it fails, and nothing of that run is shown.
//
// The package knows workflows, their payloads and Temporal, nothing of
// activities, of AWS or of how events are printed. Express executions leave no
// events: the machine runs inside an activity.
package audit
