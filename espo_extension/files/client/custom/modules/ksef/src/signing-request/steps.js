/** The three steps to a signed login: download the file, sign it, hand it in. */
define('modules/ksef/signing-request/steps', [
    'modules/ksef/messages/filled-text',
    'modules/ksef/ui/element',
], ({messagesOf}, {element}) => {
    const scope = 'KsefProfile';
    const programs = ['Certum', 'Kir', 'CenCert', 'EuroCert'];

    const pressed = (className, text, onClick) => {
        const made = element('button', `btn ${className}`, text);

        made.type = 'button';
        made.style.whiteSpace = 'normal';
        made.addEventListener('click', onClick);

        return made;
    };

    const step = (className, title, ...content) => {
        const made = element('section', className, element('h5', '', title), ...content);

        made.style.marginTop = '18px';

        return made;
    };

    return {
        /**
         * @param {Object} view The view with a KsefProfile.
         * @param {Object} now
         * @param {boolean} now.isOpen Whether a file waits to be signed.
         * @param {boolean} now.isOver Whether there was one whose time is over.
         * @param {HTMLElement|string} now.told What was found amiss.
         * @param {{download: function(), choose: function()}} actions
         * @returns {HTMLElement}
         */
        element: (view, {isOpen, isOver, told}, {download, choose}) => {
            const text = messagesOf(view);
            const label = key => view.translate(key, 'labels', scope);
            const document = isOpen ? 'Download Document Again' : isOver ? 'Download New Document' : 'Download Document';

            const drop = element('div', 'ksef-drop panel panel-default',
                element('p', '', text('signatureHandIn')),
                pressed(isOpen ? 'btn-primary' : 'btn-default', label('Choose Signed File'), choose),
                told,
            );

            const timeLeft = element('strong', 'ksef-time-left');

            // Who hears the page is not told of every second.
            timeLeft.role = 'timer';
            Object.assign(drop.style, {borderStyle: 'dashed', padding: '12px'});

            if (told) {
                Object.assign(told.style, {margin: '12px 0 0'});
            }

            return element('div', 'ksef-signing-steps',
                element('p', '', text('signatureIntroduction')),
                step('ksef-step-download', text('signatureStepDownload'),
                    element('p', '', text('signatureDownload')),
                    element('p', '',
                        pressed(isOpen ? 'btn-default' : 'btn-primary', label(document), download), ' ',
                        timeLeft,
                    ),
                ),
                step('ksef-step-sign', text('signatureStepSign'),
                    element('p', '', text('signatureSign')),
                    element('ul', 'small', ...programs.map(each => element('li', '', text(`signatureProgram${each}`)))),
                ),
                step('ksef-step-hand-in', text('signatureStepHandIn'), drop),
            );
        },
    };
});
