/** The answer of KsefBridge/firstSteps as a list: what is done is ticked, and what is not has at most one button. */
define('modules/ksef/first-steps/checklist', [
    'modules/ksef/messages/filled-text',
    'modules/ksef/ui/element',
], ({fill}, {element}) => {
    const scope = 'Settings';
    const category = 'ksefFirstSteps';
    const amiss = ['bridgeNotReady', 'connectionFailed'];

    const icons = {
        done: 'fas fa-check-circle text-success',
        amiss: 'fas fa-exclamation-circle text-danger',
        open: 'far fa-circle text-muted',
    };

    const styled = (made, style) => {
        Object.assign(made.style, style);

        return made;
    };

    const addresses = {
        openBridge: () => '#Admin/ksefBridge',
        createProfile: () => '#KsefProfile/create',
        addCredential: ({profile}) => `#KsefProfile/edit/${profile.id}`,
        openProfile: ({profile}) => `#KsefProfile/view/${profile.id}`,
        addOfflineCertificate: ({profile}) => `#KsefProfile/edit/${profile.id}`,
        openNotifications: () => '#Notification',
        setUpMail: () => '#Admin/outboundEmails',
        enterAddress: ({userId}) => `#User/edit/${userId}`,
    };

    /** A link where a page does it, else a button. */
    const control = (step, style, text, place) => {
        const address = addresses[step.action]?.(place);
        const made = element(address ? 'a' : 'button', `btn btn-${style}`, text);

        made.dataset.action = step.action;

        if (address) {
            made.href = address;
        } else {
            made.type = 'button';
        }

        return styled(made, {flex: 'none', alignSelf: 'center'});
    };

    return {
        /**
         * @param {Object} answer
         * @param {Object} language EspoCRM's
         * @param {string} userId Of whom it is shown to.
         * @param {function(Object): Array<Element|string>} notesOf What stands below a step's sentence.
         * @returns {HTMLElement}
         */
        of: (answer, language, userId, notesOf) => {
            const text = key => fill(language.translate(key, category, scope), {
                profile: answer.profile?.name ?? '',
                unread: answer.unread,
            });
            const next = answer.steps.find(step => !step.isDone && !step.isOptional && step.action);

            const line = step => {
                const state = step.isDone ? 'done' : amiss.includes(step.text) ? 'amiss' : 'open';
                const icon = element('span', icons[state]);
                const title = element('strong', '', text(step.name));

                icon.ariaHidden = 'true';

                const made = element('li', '',
                    styled(icon, {flex: 'none', width: '1.3em', marginTop: '3px'}),
                    styled(element('div', '',
                        element('span', 'sr-only', `${text(state)}: `),
                        title,
                        step.isOptional ? element('span', 'text-muted', ` (${text('optional')})`) : '',
                        element('div', step.isDone ? 'text-muted' : '', text(step.text)),
                        ...notesOf(step),
                    ), {flex: '1 1 15em', minWidth: '0', overflowWrap: 'anywhere'}),
                    step.action ?
                        control(step, step === next ? 'primary' : 'default', text(step.action), {...answer, userId}) :
                        '',
                );

                made.dataset.name = step.name;
                made.dataset.state = state;

                return styled(made, {display: 'flex', flexWrap: 'wrap', gap: '4px 8px', padding: '6px 0'});
            };

            return element('ol', 'list-unstyled', ...answer.steps.map(line));
        },
    };
});
