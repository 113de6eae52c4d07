/** How far a profile has come on its way to certificates by a login that is signed elsewhere. */
define('modules/ksef/signing-request/stage', [], () => {
    const stages = {
        AwaitingSignature: 'sign',
        Submitted: 'checking',
        Established: 'signed',
    };

    const isUsable = ({status}) => status === 'Requested' || status === 'Active';

    const self = {
        /**
         * @param {Object} state The server's answer.
         * @returns {'begin'|'sign'|'checking'|'signed'|'requested'}
         */
        of: ({request, certificates}) => certificates.some(isUsable) ? 'requested' : stages[request?.status] || 'begin',

        /** Whether KSeF is still at work, so that asking again tells more. */
        isUnderWay: state =>
            self.of(state) === 'checking' || state.certificates.some(({status}) => status === 'Requested'),

        /** Whether certificates can be requested by the signature now. */
        canRequest: ({request, missing}) => request?.status === 'Established' && missing.length > 0,

        /** Minutes and seconds. */
        time: seconds => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`,
    };

    return self;
});
