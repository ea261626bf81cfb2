import NeuronCore

extension ConfigurationSection<V4L2Configuration> {
    /// A V4L2 camera's settings.
    static let v4l2 = ConfigurationSection(
        name: "v4l2",
        summary:
            "What is asked of a camera at this machine: a webcam, a capture card. `neurond devices` lists what it can do. Where it "
            + "does not have what is written here, it takes what is nearest, and the log says so; a control that it "
            + "does not have, or a value that it does not take, is a fault of the camera.",
        prototype: V4L2Configuration(),
        fields: [
            ConfigurationField(
                "format",
                \.format,
                .choice,
                "How the pictures come. `auto` takes the cheapest that has the size and the rate: the brightness of `nv12`, `yu12` and "
                    + "`grey` is used where it lies, `yuyv` and `uyvy` are converted, `mjpeg` and `h264` decoded."
            ),
            ConfigurationField(
                "size",
                \.size,
                ValueType<FrameSize>.frameSize.optional,
                defaultNote: "what is nearest to 1280x720",
                "The picture's size in pixels."
            ),
            ConfigurationField(
                "framesPerSecond",
                \.framesPerSecond,
                ValueType<Double>.frameRate.optional,
                defaultNote: "15, or what is next to it",
                "How many pictures a second it is asked for. In the dark many cameras send fewer."
            ),
            ConfigurationField(
                "controls",
                \.controls,
                .controls,
                defaultNote: "none",
                "Controls of the device by name, set in this order whenever it is opened: `power_line_frequency: 50 Hz` against "
                    + "flicker, `auto_exposure: Manual Mode` before `exposure_time_absolute: 100`. A menu takes a number or an item's name."
            ),
        ],
        advice: [
            "fps": "Did you mean `framesPerSecond`?", "framerate": "Did you mean `framesPerSecond`?",
            "rate": "Did you mean `framesPerSecond`?", "resolution": "Did you mean `size`?",
            "width": "Write `size: 1280x720`.", "height": "Write `size: 1280x720`.",
            "pixelformat": "Did you mean `format`?", "device": "The device is the camera's `source`.",
            "exposure": "Exposure is one of the device's `controls`; `neurond devices` lists them.",
        ]
    )
}
