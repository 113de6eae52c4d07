/**
 * What KSeF announces of its failures and maintenance. The bridge answers with what it remembers, and asks in the
 * background: while it does, it is asked again.
 */
define('modules/ksef/views/admin/fields/announcements', [
    'views/fields/base',
    'modules/ksef/bridge/announcements',
    'modules/ksef/messages/message-text',
], (Base, announcementReport, MessageText) => class extends Base {
    readOnly = true
    inlineEditDisabled = true

    detailTemplateContent = `
        <p class="text-muted">{{translate 'announcementsNote' category='messages' scope='Settings'}}</p>
        <div class="ksef-announcements"></div>`

    /** @type {?Object[]|undefined} The last answer; null when the bridge did not tell. */
    environments = undefined
    pause = 1500
    questionsLeft = 8

    setup() {
        super.setup();
        this.listenTo(this.model, 'after:save', () => this.ask());
        this.once('after:render', () => this.ask());
        this.once('remove', () => clearTimeout(this.next));
    }

    afterRender() {
        super.afterRender();
        this.show();
    }

    async ask() {
        try {
            ({environments: this.environments} = await Espo.Ajax.getRequest('KsefBridge/announcements'));
        } catch {
            // EspoCRM itself says why it did not answer.
            return;
        }

        this.show();

        if (this.environments?.some(each => each.isBeingAsked) && this.questionsLeft-- > 0) {
            this.next = setTimeout(() => this.ask(), this.pause);
        }
    }

    show() {
        this.$el.find('.ksef-announcements').empty().append(this.report());
    }

    report() {
        if (this.environments === undefined) {
            return '';
        }

        if (!this.environments?.length) {
            const key = this.environments ? 'announcementsOfNone' : 'announcementsNotTold';

            return this.translate(key, 'messages', 'Settings');
        }

        return announcementReport.of(
            this.environments,
            this.getLanguage(),
            MessageText.of(this),
            value => this.getDateTime().toDisplay(value),
        );
    }

    fetch() {
        return {};
    }
});
