/** Tests a profile's connection: once at a time, however many ask for it. */
define('modules/ksef/profile/connection-test', ['modules/ksef/record/action'], recordAction => {
    const event = 'ksef-connection-test';

    /** @type {WeakMap<Object, Promise<?Object>>} What is under way, by the model of the profile. */
    const running = new WeakMap();

    /** @type {WeakMap<Object, Object>} What was found last while the profile was on the page. */
    const outcomes = new WeakMap();

    /** What a test stores in the profile, and answers. */
    const stored = [
        'connectionStatus',
        'connectionCheckedAt',
        'connectionCode',
        'connectionParams',
        'permissions',
        'permissionsCode',
        'permissionsParams',
    ];

    const isOpenForm = ({mode, inlineEditModeIsOn}) => mode === 'edit' || !!inlineEditModeIsOn;

    /** What became of the profile. A form that was opened meanwhile keeps what was entered in it. */
    const show = async (view, outcome) => {
        if (!isOpenForm(view.getRecordView?.() ?? view)) {
            await recordAction.readAgain(view);
        } else if (outcome) {
            view.model.set(Object.fromEntries(stored.map(name => [name, outcome[name]])), {sync: true});
        }
    };

    const test = async (view, isInPlace) => {
        const {model} = view;
        let outcome = null;

        try {
            outcome = await recordAction.ask(view, 'testConnection', isInPlace);

            outcome ? outcomes.set(model, outcome) : outcomes.delete(model);

            return outcome;
        } finally {
            // Whoever shows that it is under way goes on until the result stands there.
            await show(view, outcome);
            running.delete(model);
            model.trigger(event);
        }
    };

    return {
        /** What a profile's model triggers when a test begins and when it has ended. */
        event,

        isRunning: model => running.has(model),

        /** @returns {?Object} What the last test found, step by step. */
        outcome: model => outcomes.get(model) || null,

        /**
         * @param {Object} view The view with the profile.
         * @param {{isInPlace: boolean}} [shown] Whether the page itself shows that it is under way.
         * @returns {Promise<?Object>} What was found; null after a refusal, which was shown.
         */
        run: (view, {isInPlace = false} = {}) => {
            const {model} = view;

            if (!running.has(model)) {
                running.set(model, test(view, isInPlace));
                model.trigger(event);
            }

            return running.get(model);
        },
    };
});
