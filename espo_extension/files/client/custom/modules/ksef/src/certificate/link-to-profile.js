/** Offers the profiles in which the certificate on the page can be used, and links it there. */
define('modules/ksef/certificate/link-to-profile', [
    'modules/ksef/certificate/holder',
    'modules/ksef/messages/filled-text',
    'modules/ksef/record/action',
    'modules/ksef/record/saved-findings',
    'modules/ksef/ui/dialog',
    'modules/ksef/ui/element',
    'modules/ksef/ui/notice',
    'modules/ksef/ui/report-dialog',
], (certificateHolder, {messagesOf}, recordAction, savedFindings, dialog, {button, element}, notice, reportDialog) => {
    const scope = 'KsefCertificate';

    const texts = view => ({
        label: key => view.translate(key, 'labels', scope),
        text: messagesOf(view),
    });

    const link = async (view, profile) => {
        const {text} = texts(view);
        const names = {profile: profile.name};

        const saved = await recordAction.send(view, 'PUT', `KsefProfile/${profile.id}`, {
            progress: text('linkToProfileProgress', names),
            failure: text('linkToProfileFailed', names),
        }, {[`${profile.field}Id`]: view.model.id});

        if (saved) {
            view.model.trigger('update-all');
            notice.done(text(`linkToProfileDone_${profile.field}`, names));
            savedFindings.tell(view, profile.name, saved.findings);
        }
    };

    const offer = (view, profiles) => {
        const {label, text} = texts(view);
        const environment = name => text(`environmentOf_${name}`);
        const current = profile => profile.currentCertificateName ?
            text('linkToProfileReplaces', {certificate: profile.currentCertificateName}) :
            text('linkToProfileFree');

        const another = profile =>
            certificateHolder.isOfAnotherNip(profile.nip, view.model) ? ` (${text('linkToProfileAnotherNip')})` : '';

        const opened = reportDialog.show({
            header: `${label('Link to Profile')} · ${view.model.get('name')}`,
            close: view.translate('Close'),
            rows: profiles.map(profile => ({
                style: 'default',
                status: text(`linkToProfileUse_${profile.field}`),
                title: profile.name,
                text: [
                    `NIP ${profile.nip}${another(profile)}, ${environment(profile.environment)}. ${current(profile)}`,
                ],
                aside: button(label('Link'), () => {
                    opened.close();
                    link(view, profile);
                }),
            })),
        });
    };

    const tellThatNoneFits = view => {
        const {label, text} = texts(view);

        dialog.show({
            header: `${label('Link to Profile')} · ${view.model.get('name')}`,
            close: view.translate('Close'),
            body: element('p', 'ksef-no-profile', text('linkToProfileNone')),
        });
    };

    return {
        /** @param {Object} view The view with a KsefCertificate. */
        ask: async view => {
            const fitting = await recordAction.get(view, 'fittingProfiles');

            if (fitting) {
                fitting.list.length ? offer(view, fitting.list) : tellThatNoneFits(view);
            }
        },
    };
});
