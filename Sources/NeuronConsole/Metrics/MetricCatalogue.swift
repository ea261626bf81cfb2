import NeuronCore

/// All metrics of the daemon; docs/metrics.md lists the same.
package enum MetricCatalogue {
    package static let all = camera + coverage + sink + outbox + desk + box + console

    private static func perCamera(
        _ kind: MetricFamily.Kind,
        _ name: String,
        _ help: String,
        _ value: @escaping @Sendable (CameraSnapshot) -> Double?
    ) -> MetricFamily {
        MetricFamily(kind, "neurond_camera_\(name)", help, ["camera"]) { source in
            source.figures.cameras.compactMap { camera in
                value(camera).map { MetricSample([camera.id.rawValue], $0) }
            }
        }
    }

    private static let camera: [MetricFamily] = [
        MetricFamily(.gauge, "neurond_camera_state", "1 for the state that the camera is in.", ["camera", "state"]) {
            $0.figures.cameras.flatMap { camera in
                CameraSnapshot.State.allCases.map {
                    MetricSample([camera.id.rawValue, $0.rawValue], camera.state == $0 ? 1 : 0)
                }
            }
        },
        perCamera(.counter, "frames_read_total", "Video packets read from the camera, dropped ones included.") {
            Double($0.figures.packets)
        },
        perCamera(.counter, "frames_decoded_total", "Pictures that came out of the decoder.") {
            Double($0.figures.decoded)
        },
        perCamera(.counter, "frames_detected_total", "Pictures that the detector looked at.") {
            Double($0.figures.detected)
        },
        MetricFamily(
            .counter,
            "neurond_camera_frames_dropped_total",
            "Pictures lost: `overload` since the box did not keep up, `damaged` since they could not be decoded.",
            ["camera", "reason"]
        ) {
            $0.figures.cameras.flatMap { camera in
                [
                    MetricSample([camera.id.rawValue, "overload"], camera.figures.dropped),
                    MetricSample([camera.id.rawValue, "damaged"], camera.figures.damaged),
                ]
            }
        },
        MetricFamily(
            .gauge,
            "neurond_camera_frame_rate",
            "Pictures a second: `declared` by the stream, `measured` over ten seconds of arrivals; absent where not known.",
            ["camera", "origin"]
        ) {
            $0.figures.cameras.flatMap { camera in
                [("declared", camera.video?.framesPerSecond), ("measured", camera.video?.measuredFramesPerSecond)]
                    .compactMap { origin, rate in rate.map { MetricSample([camera.id.rawValue, origin], $0) } }
            }
        },
        perCamera(
            .counter,
            "frames_left_out_total",
            "Packets that the sampling left undecoded when they came; some are decoded later, when the camera wakes."
        ) { Double($0.figures.leftOut) },
        perCamera(.counter, "decode_seconds_total", "Time spent in the decoder.") { $0.figures.decodeTime.seconds },
        perCamera(.counter, "detect_seconds_total", "Time spent in the detector.") { $0.figures.detectTime.seconds },
        perCamera(.counter, "reconnects_total", "Streams that were opened after the first.") {
            Double($0.figures.reconnects)
        },
        perCamera(.counter, "failures_total", "Attempts to open or to read that failed.") {
            Double($0.figures.failures)
        },
        perCamera(
            .counter,
            "wakes_total",
            "Times that what had been left out was decoded after all, for a keyframe, for want of one, or at a stream's end."
        ) { Double($0.figures.wakes) },
        perCamera(
            .counter,
            "size_wakes_total",
            "Times that packet sizes were a reason to do so, before a keyframe came."
        ) { Double($0.figures.sizeWakes) },
        perCamera(.counter, "events_total", "Events that the camera's pipeline has told.") {
            Double($0.figures.events)
        },
        perCamera(.gauge, "lag_seconds", "How long the oldest packet has been waiting to be decoded.") {
            $0.lag.seconds
        },
        MetricFamily(
            .gauge,
            "neurond_camera_last_frame_age_seconds",
            "Time since the latest picture; absent before the first.",
            ["camera"]
        ) { source in
            source.figures.cameras.compactMap { camera in
                camera.lastPictureAt.map {
                    MetricSample([camera.id.rawValue], max(0, (source.figures.now - $0).seconds))
                }
            }
        },
        perCamera(.gauge, "awake", "1 while every picture is decoded, 0 while only keyframes are.") {
            $0.isAwake ? 1 : 0
        },
        perCamera(.gauge, "night", "1 where the camera sees by infrared or in the dark; absent before it was judged.") {
            $0.light.map { $0 == .night ? 1 : 0 }
        },
        perCamera(.gauge, "open_alerts", "Alerts whose cause goes on.") { Double($0.openAlerts.count) },
        MetricFamily(
            .counter,
            "neurond_gate_suppressions_total",
            "Changes that were seen and not taken for motion, by the first reason that applied.",
            ["camera", "reason"]
        ) {
            $0.figures.cameras.flatMap { camera in
                MotionDoubt.allCases.map {
                    MetricSample([camera.id.rawValue, $0.name], camera.figures.doubts[$0])
                }
            }
        },
    ]

    private static let coverage: [MetricFamily] = [
        perCamera(.counter, "connected_seconds_total", "Time for which the stream brought packets.") {
            $0.figures.connected.seconds
        },
        perCamera(.counter, "watched_seconds_total", "Time for which motion would have been seen.") {
            $0.figures.watched.seconds
        },
        perCamera(
            .counter,
            "blind_seconds_total",
            "Time of the stream in which something could have come and gone unseen."
        ) { $0.figures.blind.seconds },
        perCamera(.counter, "degraded_seconds_total", "Time for which the box did not keep up with the camera.") {
            $0.figures.degraded.seconds
        },
        perCamera(.counter, "audits_total", "Groups that were decoded although their keyframes showed nothing.") {
            Double($0.figures.audits)
        },
        perCamera(.counter, "audit_finds_total", "Audits in which something moved that the keyframes had not shown.") {
            Double($0.figures.auditFinds)
        },
    ]

    private static func perSink(
        _ kind: MetricFamily.Kind,
        _ name: String,
        _ help: String,
        _ value: @escaping @Sendable (SinkSnapshot) -> Double?
    ) -> MetricFamily {
        MetricFamily(kind, "neurond_sink_\(name)", help, ["sink"]) { source in
            source.figures.sinks.compactMap { sink in value(sink).map { MetricSample([sink.name], $0) } }
        }
    }

    private static let sink: [MetricFamily] = [
        perSink(.gauge, "connected", "1 while a broker is connected; absent for a file.") {
            $0.isConnected.map { $0 ? 1 : 0 }
        },
        perSink(.gauge, "pending", "Events that the sink has still to be given.") { Double($0.pending) },
        perSink(.gauge, "awaiting_receipt", "Events that the sink has taken and not confirmed.") {
            Double($0.awaitingReceipt)
        },
        perSink(.gauge, "oldest_age_seconds", "How long the oldest of both has been waiting; 0 where none is.") {
            $0.oldestAge?.seconds ?? 0
        },
        perSink(.gauge, "parked", "Events that the sink refused for good, as long as they are kept.") {
            Double($0.parked)
        },
        perSink(.counter, "expired_total", "Events that the sink did not take within their lifetime.") {
            Double($0.expired)
        },
        perSink(.counter, "acks_total", "Events that the sink took, each counted once.") { Double($0.tally.delivered) },
        perSink(.counter, "receipts_total", "Events that were confirmed after the sink had taken them.") {
            Double($0.tally.receipts)
        },
        perSink(
            .counter,
            "retries_total",
            "Times that an event had to be handed over again: given back, failed, or without its receipt."
        ) {
            Double($0.tally.redelivered)
        },
        perSink(.counter, "failures_total", "Times that the sink failed and was left alone for a while.") {
            Double($0.tally.failures)
        },
        perSink(.counter, "refusals_total", "Events that the sink refused for good.") { Double($0.tally.refused) },
    ]
}
