/** How far a profile has come on its way to certificates by a login that is signed elsewhere. */
define('modules/ksef/signing-request/stage', [], () => {
    const stages = {
        AwaitingSignature: 'sign',
        Submitted: 'checking',
        Established: 'signed',
    };

    const isRequested = ({status}) => status === 'Requested';
    const isUsable = each => isRequested(each) || each.status === 'Active';

    /** Whether another signature is needed: the session is over, and has left something to be fetched or requested. */
    const isLeft = ({request, certificates, missing}) =>
        !stages[request?.status] && (missing.length > 0 || certificates.some(isRequested));

    /** What changes although nothing has happened, and what is told once. */
    const passing = ['secondsLeft', 'packages'];
    const lasting = state => JSON.stringify(state, (key, value) => passing.includes(key) ? undefined : value);

    const self = {
        /**
         * @param {Object} state The server's answer.
         * @returns {'begin'|'sign'|'checking'|'signed'|'requested'}
         */
        of: state => state.certificates.some(isUsable) && !isLeft(state) ?
            'requested' :
            stages[state.request?.status] || 'begin',

        /** Whether KSeF is still at work, so that asking again tells more. */
        isUnderWay: state =>
            self.of(state) === 'checking' || state.certificates.some(isRequested),

        /** Whether the second answer says something that the first did not. */
        isNews: (seen, state) => lasting(seen) !== lasting(state),

        /** Whether certificates can be requested by the signature now. */
        canRequest: ({request, missing}) => request?.status === 'Established' && missing.length > 0,

        /** Minutes and seconds. */
        time: seconds => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`,
    };

    return self;
});
