import NeuronMedia

extension CameraPipeline {
    /// What the decoder is to do.
    enum DecodeStep {
        case inOrder(CompressedPacket)
        case alone(CompressedPacket)
        /// Give out what is still inside.
        case rest

        var isPacket: Bool { if case .rest = self { false } else { true } }
    }

    /// What a picture is decoded for.
    enum Purpose {
        case look
        /// A look that may never have been.
        case trial
    }
}
