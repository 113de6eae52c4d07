/** When what the profile uses ends: its token by law, its certificates by their dates. */
define('modules/ksef/views/ksef-profile/fields/expiry', [
    'views/fields/base',
    'modules/ksef/certificate/days-left',
    'modules/ksef/profile/expiry',
    'modules/ksef/profile/token-validity',
    'modules/ksef/ui/element',
], (Base, daysLeft, expiry, tokenValidity, {element, label}) => class extends Base {
    detailTemplateContent = '<div class="ksef-expiry"></div>'
    listTemplateContent = this.detailTemplateContent

    getAttributeList() {
        return [this.name, 'authorizationType', 'tokenReference'];
    }

    afterRender() {
        super.afterRender();

        if (!this.isEditMode()) {
            this.show();
        }
    }

    async show() {
        const box = this.$el.find('.ksef-expiry');
        const certificates = this.model.get(this.name) || [];
        const today = this.getDateTime().getToday();

        const lines = certificates.map(each => [each.field, expiry.ofCertificate(each, this.words(), today)]);

        box.append(lines.map(([kind, line]) => this.line(kind, line)));

        if (this.usesToken()) {
            const [finding] = await tokenValidity.loadOnce(this.model);

            if (finding) {
                box.find('.ksef-expiry-token').remove();
                box.prepend(this.line('token', expiry.ofToken(finding, this.words())));
            }
        }
    }

    usesToken() {
        return this.model.get('authorizationType') === 'Token' && !!this.model.get('tokenReference');
    }

    words() {
        const dateTime = this.getDateTime();

        return {
            message: key => this.translate(key, 'messages', 'KsefProfile'),
            ofCertificate: key => this.translate(key, 'messages', 'KsefCertificate'),
            day: day => dateTime.toDisplayDate(day),
            moment: daysLeft.dateOf(this),
        };
    }

    line(kind, {style, label: text, detail}) {
        const shown = label(style, text);

        shown.style.display = 'inline-block';

        const line = element('div', `ksef-expiry-${kind}`,
            element('span', 'small text-soft', this.words().message(`expiry_${kind}`)), ' ',
            shown, ' ',
            detail && element('span', 'small', detail),
        );

        // However narrow the column, no word of it is cut.
        line.style.whiteSpace = 'normal';
        shown.style.whiteSpace = 'normal';

        return line;
    }
});
