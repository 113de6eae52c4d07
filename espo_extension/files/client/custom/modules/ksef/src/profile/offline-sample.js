/** The two QR codes that an invoice issued offline bears, made for a sample. */
define('modules/ksef/profile/offline-sample', [
    'modules/ksef/messages/filled-text',
    'modules/ksef/messages/message-text',
    'modules/ksef/ui/dialog',
    'modules/ksef/ui/element',
], ({messagesOf}, MessageText, dialog, {element, outside}) => {
    const scope = 'KsefProfile';

    /** As an image, the SVG of the bridge runs no script and loads nothing, whatever stands in it. */
    const image = ({svg, label}) => {
        const made = element('img', '');

        made.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
        made.alt = label;
        made.style.width = '100%';
        made.style.maxWidth = '260px';

        return element('p', 'text-center', made);
    };

    const addressBox = (url, label) => {
        const box = element('textarea', 'form-control small', url);

        box.readOnly = true;
        box.rows = 4;
        box.spellcheck = false;
        box.style.wordBreak = 'break-all';
        // EspoCRM writes what cannot be changed in grey upon grey.
        box.style.color = 'inherit';
        box.setAttribute('aria-label', label);
        box.addEventListener('focus', () => box.select());

        return box;
    };

    return {
        /**
         * @param {Object} view The view with the profile.
         * @param {Object} sample
         * @param {Object} sample.kod1 Its url, label and svg; kod2 likewise.
         * @param {Object[]} [sample.remarks] What is to be known of the certificate.
         */
        show: (view, {kod1, kod2, remarks = []}) => {
            const name = view.model.get('name');
            const texts = MessageText.of(view);
            const label = key => view.translate(key, 'labels', scope);
            const text = messagesOf(view);

            const column = (title, code, explanation) => element('div', 'col-sm-6',
                element('h5', '', title),
                image(code),
                element('p', '', explanation),
                addressBox(code.url, label('Verification Link')),
                element('p', '', outside(code.url, label('Open Verification Page'))),
            );

            dialog.show({
                header: `${label('Try Offline Signing')} · ${name}`,
                close: view.translate('Close'),
                body: element('div', 'ksef-offline-sample',
                    element('p', 'alert alert-info', text('offlineSample')),
                    ...remarks.map(remark => element('p', 'alert alert-warning', ...texts.nodes(remark))),
                    element('div', 'row',
                        column('KOD I', kod1, text('offlineSampleKod1')),
                        column('KOD II', kod2, text('offlineSampleKod2')),
                    ),
                ),
            });
        },
    };
});
